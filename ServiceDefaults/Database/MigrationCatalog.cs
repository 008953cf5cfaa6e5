using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace ServiceDefaults.Database;

/// <summary>The migrations this version of the product knows, in the order they are applied.</summary>
public static partial class MigrationCatalog
{
    /// <summary>Those of the product, of all services.</summary>
    public static IReadOnlyList<Migration> Product { get; } = Load(typeof(MigrationCatalog).Assembly);

    /// <summary>Those embedded in an assembly as <c>Migrations/service/NNN_name.sql</c>.</summary>
    /// <exception cref="InvalidOperationException">Two have the same number, or a name has another form.</exception>
    public static IReadOnlyList<Migration> Load(Assembly assembly)
    {
        var migrations = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("Migrations/", StringComparison.Ordinal))
            .Select(name => Read(assembly, name))
            .OrderBy(migration => migration.Number)
            .ToList();

        var twins = migrations.GroupBy(migration => migration.Number).FirstOrDefault(group => group.Count() > 1);
        return twins is null
            ? migrations
            : throw new InvalidOperationException($"Migrations {string.Join(" and ", twins)} have the same number; give one the next free number.");
    }

    private static Migration Read(Assembly assembly, string resource)
    {
        if (ResourceName().Match(resource) is not { Success: true } name)
        {
            throw new InvalidOperationException($"'{resource}' is not a migration: its name must be Migrations/<service>/NNN_name.sql.");
        }

        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return new Migration(
            int.Parse(name.Groups["number"].Value, CultureInfo.InvariantCulture),
            name.Groups["service"].Value,
            name.Groups["name"].Value,
            reader.ReadToEnd());
    }

    [GeneratedRegex(@"^Migrations/(?<service>gateway|worker|backup)/(?<number>[0-9]{3})_(?<name>[a-z0-9_]+)\.sql$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ResourceName();
}
