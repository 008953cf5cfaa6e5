using System.Text;

namespace ServiceDefaults.Settings.Layers;

/// <summary>Reads a whole settings file, or says why it cannot be read.</summary>
internal static class SettingsFileText
{
    /// <summary>More than any real settings file, less than what would hurt.</summary>
    private const int MaxBytes = 1024 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="SettingsFileException">Missing, a directory, unreadable, larger than 1 MiB, or not UTF-8.</exception>
    public static string Read(string path)
    {
        if (Directory.Exists(path))
        {
            throw new SettingsFileException(path, "is a directory, not a file");
        }

        try
        {
            using var file = File.OpenRead(path);
            using var reader = new StreamReader(file, StrictUtf8, detectEncodingFromByteOrderMarks: true);
            var buffer = new char[MaxBytes + 1];
            var length = reader.ReadBlock(buffer);
            return length <= MaxBytes ? new string(buffer, 0, length) : throw new SettingsFileException(path, "is larger than 1 MiB");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SettingsFileException(path, "does not exist");
        }
        catch (UnauthorizedAccessException)
        {
            throw new SettingsFileException(path, "may not be read by this user");
        }
        catch (DecoderFallbackException)
        {
            throw new SettingsFileException(path, "is not UTF-8 text");
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or NotSupportedException)
        {
            throw new SettingsFileException(path, "cannot be read");
        }
    }
}
