using System.Text;
using ServiceDefaults.Durability;

namespace ServiceDefaults.Settings.Layers;

/// <summary>One settings file as it was when it was read: its text, or why there is none.</summary>
/// <param name="Text">Null: it is missing or cannot be read.</param>
/// <param name="Problem">Why there is no text; else null.</param>
/// <param name="IsMissing">Nothing is there.</param>
/// <param name="IsStream">A pipe, which gives its content once.</param>
internal sealed record SettingsFileContent(string? Text, string? Problem, bool IsMissing = false, bool IsStream = false)
{
    /// <summary>More than any real settings file, less than what would hurt.</summary>
    private const int MaxBytes = 1024 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public bool HasText => !string.IsNullOrWhiteSpace(Text);

    public static SettingsFileContent Read(string path)
    {
        if (Directory.Exists(path))
        {
            return Unreadable("is a directory, not a file");
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var bytes = ReadBounded(file);
            return bytes.Length > MaxBytes ? Unreadable("is larger than 1 MiB")
                : Decode(bytes) is var text && text.Contains('\0', StringComparison.Ordinal) ? Unreadable("holds zero bytes, as a file has that was not written to its end")
                : new SettingsFileContent(text, Problem: null, IsStream: !file.CanSeek);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return new SettingsFileContent(Text: null, "does not exist", IsMissing: true);
        }
        catch (UnauthorizedAccessException)
        {
            return Unreadable("may not be read by this user");
        }
        catch (DecoderFallbackException)
        {
            return Unreadable("is not UTF-8 text");
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or NotSupportedException)
        {
            return Unreadable("cannot be read");
        }
    }

    /// <summary>In a running service: a pipe that took the file's place could keep it waiting for ever.</summary>
    public static SettingsFileContent ReadAgain(string path) =>
        !OperatingSystem.IsWindows() && Libc.IsPipe(path) ? Unreadable("has become a pipe") : Read(path);

    private static SettingsFileContent Unreadable(string problem) => new(Text: null, problem);

    /// <summary>The announced length is no bound: /dev/zero announces none.</summary>
    private static MemoryStream ReadBounded(FileStream file)
    {
        var content = new MemoryStream();
        Span<byte> chunk = stackalloc byte[8192];
        int read;
        while (content.Length <= MaxBytes && (read = file.Read(chunk)) > 0)
        {
            content.Write(chunk[..read]);
        }

        content.Position = 0;
        return content;
    }

    private static string Decode(MemoryStream content)
    {
        using var reader = new StreamReader(content, StrictUtf8, detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }
}
