using System.Runtime.InteropServices;

namespace Testing;

/// <summary>The Node programs of eng/conformance, as eng/scripts/node-packages.sh installed them.</summary>
public static class NodePrograms
{
    /// <summary>Where package.json is; scripts that run here find the packages.</summary>
    public static string Folder { get; } = FindFolder();

    /// <summary>The locked Node where there is one for this machine, else the one on PATH (22 or newer).</summary>
    public static string Node
    {
        get
        {
            var architecture = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 ? "arm64" : "x64";
            var locked = Path.Combine(Folder, "node_modules", $"node-linux-{architecture}", "bin", "node");
            return OperatingSystem.IsLinux() && File.Exists(locked) ? locked : "node";
        }
    }

    /// <summary>A script of a package, for example <c>@modelcontextprotocol/server-everything/dist/index.js</c>.</summary>
    /// <exception cref="FileNotFoundException">The packages are not installed.</exception>
    public static string Script(string path)
    {
        var file = Path.Combine(Folder, "node_modules", path);
        return File.Exists(file) ? file : throw new FileNotFoundException($"'{path}' is not installed; run eng/scripts/node-packages.sh.", file);
    }

    private static string FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Aspire.sln")))
            {
                return Path.Combine(folder.FullName, "eng", "conformance");
            }
        }

        throw new DirectoryNotFoundException($"No Aspire.sln above {AppContext.BaseDirectory}.");
    }
}
