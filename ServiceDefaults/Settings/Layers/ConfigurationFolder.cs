namespace ServiceDefaults.Settings.Layers;

/// <summary>Finds the folder of the YAML files when MCP_CONFIG_DIR does not name it.</summary>
internal static class ConfigurationFolder
{
    public const string BaseFile = "config.yaml";
    public const string LocalFile = "config.local.yaml";

    private const string FolderName = "configs";

    /// <summary>
    /// Under the content root (a deployment's own folder), else beside the executable (published) or in the nearest folder
    /// above it (built in the repository). Null: there is none.
    /// </summary>
    public static string? Find(string contentRoot, string baseDirectory) => SelfAndAbove(baseDirectory)
        .Prepend(contentRoot)
        .Select(directory => Path.GetFullPath(Path.Combine(directory, FolderName)))
        .FirstOrDefault(folder => File.Exists(Path.Combine(folder, BaseFile)));

    private static IEnumerable<string> SelfAndAbove(string directory)
    {
        for (var current = new DirectoryInfo(directory); current is not null; current = current.Parent)
        {
            yield return current.FullName;
        }
    }
}
