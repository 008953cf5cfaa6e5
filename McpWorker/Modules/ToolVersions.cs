using System.Globalization;
using System.Reflection;
using McpWorker.Tools;
using ModelContextProtocol.Server;
using Module = McpModules.Module;

namespace McpWorker.Modules;

/// <summary>
/// Which of a module's methods is served under which name (S-153): of several versions of a tool the newest has the plain
/// name, an older one <c>name_v1</c>.
/// </summary>
internal static class ToolVersions
{
    public static IEnumerable<VersionedTool> Of(Module module, IEnumerable<MethodInfo> methods)
    {
        var served = new Dictionary<string, VersionedTool>(StringComparer.Ordinal);
        foreach (var versions in methods.Select(method => new ModuleTool(method)).GroupBy(NameOf, StringComparer.Ordinal))
        {
            var newest = versions.OrderByDescending(tool => Parse(module, tool)).First();
            foreach (var tool in versions)
            {
                var name = tool == newest || tool.Version is null ? versions.Key : ToolNames.Fit($"{versions.Key}_v{Parse(module, tool).Major}");
                if (!served.TryAdd(name, new VersionedTool(name, tool.Version?.Version ?? module.Version, tool, versions.Key)))
                {
                    throw new InvalidOperationException(
                        $"Module '{module.Name}' has two tools '{name}'. Give one of them another name, or a [ToolVersion] with another major version.");
                }
            }
        }

        return served.Values;
    }

    private static string NameOf(ModuleTool tool) =>
        ToolNames.Fit(tool.Method.GetCustomAttribute<McpServerToolAttribute>()!.Name ?? tool.Method.Name);

    private static Version Parse(Module module, ModuleTool tool)
    {
        if (tool.Version is not { } given)
        {
            return new Version(int.MaxValue, 0);
        }

        return !Version.TryParse(given.Version, out var version) || version.Build >= 0
            ? throw Refused(module, tool, $"its version is '{given.Version}'; write major.minor, such as 2.0")
            : given.Deprecated is { } date && !DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? throw Refused(module, tool, $"it is deprecated '{date}'; write a day, such as 2027-03-01")
            : version;
    }

    private static InvalidOperationException Refused(Module module, ModuleTool tool, string reason) =>
        new($"Tool '{NameOf(tool)}' of module '{module.Name}' cannot be served: {reason}.");
}

/// <summary>One version of a tool.</summary>
/// <param name="Name">The own name it is served under.</param>
/// <param name="Newest">The own name of the tool's newest version.</param>
internal sealed record VersionedTool(string Name, string Version, ModuleTool Tool, string Newest);
