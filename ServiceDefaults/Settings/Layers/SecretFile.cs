namespace ServiceDefaults.Settings.Layers;

/// <summary>The value behind <c>KEY_FILE</c> (S-043): a container secret, a file of systemd's LoadCredential.</summary>
internal static class SecretFile
{
    /// <summary>The text without the newline editors and <c>echo</c> leave at its end.</summary>
    /// <exception cref="SettingsFileException">Unreadable, or empty.</exception>
    public static string Read(string path, SettingsFiles files)
    {
        var text = files.Read(path).TrimEnd('\r', '\n');
        return text.Length > 0 ? text : throw new SettingsFileException(path, "is empty");
    }
}
