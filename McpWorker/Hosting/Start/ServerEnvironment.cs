using System.Collections.Frozen;
using McpWorker.Servers;
using ServiceDefaults.Settings.Servers;

namespace McpWorker.Hosting.Start;

/// <summary>The whole environment of a hosted server: four variables every program expects, and those of its definition.</summary>
/// <param name="Variables">Some values are secrets: never logged.</param>
/// <param name="Secrets">Values that came from references, to be masked should the server print them.</param>
internal sealed record ServerEnvironment(IReadOnlyDictionary<string, string> Variables, IReadOnlyList<string> Secrets)
{
    public const string Path = "PATH";

    /// <summary>They change how the programs around the server start, which may still be root's.</summary>
    private static readonly FrozenSet<string> OfTheLoader = FrozenSet.ToFrozenSet(["GCONV_PATH", "GLIBC_TUNABLES", "LOCPATH", "NLSPATH", "MALLOC_TRACE"], StringComparer.Ordinal);

    /// <param name="ofWorker">The worker's own variables.</param>
    /// <exception cref="ServerUnavailableException">A name that is none, or a reference to nothing; it names both, never a value.</exception>
    public static ServerEnvironment Of(HostedServerDefinition server, string home, string temp, Func<string, string?> ofWorker)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Path] = ofWorker(Path) ?? "/usr/local/bin:/usr/bin:/bin",
            ["HOME"] = home,
            ["LANG"] = ofWorker("LANG") ?? "C.UTF-8",
            ["TMPDIR"] = temp,
        };
        if (OperatingSystem.IsWindows())
        {
            variables["SystemRoot"] = ofWorker("SystemRoot") ?? "";
            (variables["USERPROFILE"], variables["TEMP"], variables["TMP"]) = (home, temp, temp);
        }

        var secrets = new List<string>();
        foreach (var (name, value) in server.Env)
        {
            if (!SecretReferences.IsVariable(name) || value.Contains('\0', StringComparison.Ordinal))
            {
                throw Refused(server, $"'{name}' under its `env` is not a variable. Names are letters, digits and '_'.");
            }

            if (name.StartsWith("LD_", StringComparison.Ordinal) || OfTheLoader.Contains(name))
            {
                throw Refused(server, $"'{name}' under its `env` would reach into its sandbox's own programs. Set it in a script that starts the server.");
            }

            var resolved = SecretReferences.Resolve(value, ofWorker);
            if (resolved.Missing is { } missing)
            {
                throw Refused(server, $"{name} under its `env` {missing.Problem}. {missing.Cure}");
            }

            variables[name] = resolved.Text;
            secrets.AddRange(resolved.Secrets);
        }

        return new ServerEnvironment(variables, secrets);
    }

    private static ServerUnavailableException Refused(HostedServerDefinition server, string reason) => new($"The hosted server '{server.Name}' is not started: {reason}");
}
