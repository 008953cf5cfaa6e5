namespace Aspire.Hosting.Testing;

/// <summary>The state folder of one test host; it goes with the application.</summary>
internal sealed class TestState : IDisposable
{
    public TestState()
    {
        Folder = Directory.CreateTempSubdirectory("apphost-test-").FullName;

        if (!OperatingSystem.IsWindows())
        {
            // A database server may run as another user and must be able to reach its data through this folder.
            File.SetUnixFileMode(Folder, File.GetUnixFileMode(Folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
    }

    public string Folder { get; }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another user's files stay for the system to sweep; the test's outcome does not depend on it.
        }
    }
}
