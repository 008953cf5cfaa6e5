namespace StandIns.Tests.Orchestration;

/// <summary>A folder of the test's own, gone with it.</summary>
public sealed class Scratch : IDisposable
{
    public Scratch() => Folder = Directory.CreateTempSubdirectory("standins-").FullName;

    public string Folder { get; }

    public string this[string name] => Path.Combine(Folder, name);

    /// <summary>An executable shell script.</summary>
    public string Script(string name, string body)
    {
        var path = this[name];
        File.WriteAllText(path, "#!/bin/sh\n" + body + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
