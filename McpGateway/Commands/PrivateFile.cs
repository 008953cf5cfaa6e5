using System.Text;
using ServiceDefaults.Durability;

namespace McpGateway.Commands;

/// <summary>Files with secrets: for their owner only (0600) from the first byte on.</summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <exception cref="IOException">The file exists already, or cannot be written.</exception>
    public static void Create(string path, string text)
    {
        CreateDirectoryOf(path);
        Durable.WriteNewFile(path, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Puts the text in the file's place in one step; nobody ever sees half of it.</summary>
    public static void Replace(string path, string text)
    {
        var draft = $"{path}.{Guid.NewGuid():N}.tmp";
        Create(draft, text);
        Durable.Rename(draft, path);
    }

    /// <summary>Adds to the file, which is made when it is missing and narrowed to its owner when it is there.</summary>
    public static void Append(string path, string text)
    {
        if (!File.Exists(path))
        {
            Create(path, text);
            return;
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, OwnerOnly);
        }

        File.AppendAllText(path, text);
    }

    private static void CreateDirectoryOf(string path) => Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
}
