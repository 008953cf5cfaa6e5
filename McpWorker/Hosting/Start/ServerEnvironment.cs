using System.Collections.Frozen;
using System.Text.RegularExpressions;
using McpWorker.Servers;

namespace McpWorker.Hosting.Start;

/// <summary>The whole environment of a hosted server: four variables every program expects, and those of its definition.</summary>
/// <param name="Variables">Some values are secrets: never logged.</param>
/// <param name="Secrets">Values that came from references, to be masked should the server print them.</param>
internal sealed partial record ServerEnvironment(IReadOnlyDictionary<string, string> Variables, IReadOnlyList<string> Secrets)
{
    public const string Path = "PATH";

    private const int LongestSecretFile = 64 * 1024;

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
            if (!Name().IsMatch(name) || value.Contains('\0', StringComparison.Ordinal))
            {
                throw Refused(server, $"'{name}' under its `env` is not a variable. Names are letters, digits and '_'.");
            }

            if (name.StartsWith("LD_", StringComparison.Ordinal) || OfTheLoader.Contains(name))
            {
                throw Refused(server, $"'{name}' under its `env` would reach into its sandbox's own programs. Set it in a script that starts the server.");
            }

            variables[name] = Reference().Replace(value, match =>
            {
                var secret = Find(server, name, match.Groups["name"].Value, ofWorker);
                secrets.Add(secret);
                return secret;
            });
        }

        return new ServerEnvironment(variables, secrets);
    }

    private static string Find(HostedServerDefinition server, string variable, string name, Func<string, string?> ofWorker)
    {
        if (ofWorker(name) is { Length: > 0 } value)
        {
            return value;
        }

        var file = ofWorker(name + "_FILE");
        if (string.IsNullOrEmpty(file))
        {
            throw Refused(server, $"{variable} under its `env` refers to {name}, and the worker has neither {name} nor {name}_FILE. Set one of them for the worker.");
        }

        try
        {
            var info = new FileInfo(file);
            var text = info.Length <= LongestSecretFile ? File.ReadAllText(file).TrimEnd('\r', '\n') : "";
            return text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal) ? text
                : throw Refused(server, $"{variable} under its `env` refers to {name}, and the file {name}_FILE names is empty, or no text of at most 64 KiB.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Refused(server, $"{variable} under its `env` refers to {name}, and the file {name}_FILE names cannot be read ({exception.GetType().Name}). Check that it is there and readable for the worker.");
        }
    }

    private static ServerUnavailableException Refused(HostedServerDefinition server, string reason) => new($"The hosted server '{server.Name}' is not started: {reason}");

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();

    [GeneratedRegex(@"\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();
}
