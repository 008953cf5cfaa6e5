namespace McpWorker.Media.Reading;

/// <summary>Where programs are looked for.</summary>
/// <param name="Path">Folders, separated as in PATH.</param>
internal sealed record ProgramFolders(string Path)
{
    public static ProgramFolders OfProcess { get; } = new(Environment.GetEnvironmentVariable("PATH") ?? "");

    public string? Find(string program) => Path
        .Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => System.IO.Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);
}
