using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace BackupService.Tests.Deploy;

/// <summary>A Dockerfile of deploy/docker, its instructions in order with continued lines joined.</summary>
internal sealed partial class Dockerfile
{
    private Dockerfile(string text) => Instructions =
    [
        .. Continuation().Replace(text, " ")
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#'),
    ];

    public static string Repository { get; } = FindRepository();

    public IReadOnlyList<string> Instructions { get; }

    public static Dockerfile Read(string name) => new(File.ReadAllText(Path.Combine(Repository, "deploy", "docker", $"{name}.Dockerfile")));

    /// <summary>Place of the first instruction that holds the text; fails the test when there is none.</summary>
    public int IndexOf(string text)
    {
        var index = Instructions.ToList().FindIndex(instruction => instruction.Contains(text, StringComparison.Ordinal));
        Assert.True(index >= 0, $"no instruction holds '{text}'");
        return index;
    }

    /// <summary>The projects a service is built from, stand-ins of its packages among them, as paths in the repository.</summary>
    public static IReadOnlySet<string> ProjectsOf(string service)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        Visit($"{service}/{service}.csproj");
        return found;

        void Visit(string project)
        {
            if (!found.Add(project))
            {
                return;
            }

            var document = XDocument.Load(Path.Combine(Repository, project));
            foreach (var reference in document.Descendants("ProjectReference").Select(element => element.Attribute("Include")!.Value))
            {
                Visit(Path.GetRelativePath(Repository, Path.GetFullPath(Path.Combine(Repository, Path.GetDirectoryName(project)!, reference))));
            }

            foreach (var package in document.Descendants("PackageReference").Select(element => element.Attribute("Include")!.Value))
            {
                if (File.Exists(Path.Combine(Repository, "eng", "standins", package, $"{package}.csproj")))
                {
                    Visit($"eng/standins/{package}/{package}.csproj");
                }
            }
        }
    }

    private static string FindRepository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Aspire.sln")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("Aspire.sln is in no directory above the tests.");
        }

        return directory.FullName;
    }

    [GeneratedRegex(@"\\\n\s*", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Continuation();
}
