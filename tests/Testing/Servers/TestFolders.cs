using System.Diagnostics;
using System.Globalization;

namespace Testing;

/// <summary>
/// Where servers of a test run keep their files: one private folder a user, in it folders named for the process that made
/// them, so that the next run can sweep what a killed one left.
/// </summary>
internal static class TestFolders
{
    /// <summary>As root the server runs as another user, who may not be able to enter root's own temp folder.</summary>
    public static string Root { get; } = Path.Combine(
        Environment.IsPrivilegedProcess ? "/tmp" : Path.GetTempPath(), $"mcp-platform-tests-{Environment.UserName}");

    public static string New(string kind) =>
        Path.Combine(Root, string.Create(CultureInfo.InvariantCulture, $"{kind}-{Environment.ProcessId}-{Random.Shared.Next():x8}"));

    public static void Sweep()
    {
        foreach (var folder in Directory.Exists(Root) ? Directory.GetDirectories(Root) : [])
        {
            var parts = Path.GetFileName(folder).Split('-');
            if (parts.Length == 3 && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var owner) && !IsAlive(owner))
            {
                Delete(folder);
            }
        }
    }

    public static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another run sweeps the same folder, or its server is still closing files: the next sweep gets it.
        }
    }

    private static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
