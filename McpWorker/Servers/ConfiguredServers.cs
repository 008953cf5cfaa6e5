using System.Text.Json.Nodes;
using McpWorker.Docs;
using McpWorker.Modules;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;
using ServiceDefaults.Settings.Servers;

namespace McpWorker.Servers;

/// <summary>The servers that settings name, in both forms, each with what tells one version of it from the next.</summary>
internal sealed class ConfiguredServers(EnabledModules modules, IConfiguration configuration)
{
    private const string Setting = "MCP_SERVERS";
    private const string Command = "command";

    /// <exception cref="SettingsException">A name is used twice or by a module, a reference has no value, or the short form is malformed.</exception>
    public IReadOnlyList<ConfiguredServer> Of(ServersOptions servers, ModuleOptions options)
    {
        var errors = new List<SettingError>();
        var found = Find(servers, options, errors);
        return errors.Count == 0 ? found : throw new SettingsException(errors);
    }

    public IEnumerable<SettingError> Check(ServersOptions servers, ModuleOptions options)
    {
        var errors = new List<SettingError>();
        try
        {
            Find(servers, options, errors);
        }
        catch (SettingsException exception)
        {
            return exception.Errors;
        }

        return errors;
    }

    private List<ConfiguredServer> Find(ServersOptions servers, ModuleOptions options, List<SettingError> errors)
    {
        var found = new List<ConfiguredServer>();
        var taken = modules.Known.Select(module => module.Name).Append(DocsServer.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (setting, server) in Named(servers, errors).Concat(options.UpstreamServers.Select(text => ("MCP_UPSTREAM_SERVERS", new ConfiguredServer(UpstreamSetting.Parse(text, name => configuration[name]), text)))))
        {
            if (taken.Add(server.Definition.Name))
            {
                found.Add(server);
            }
            else
            {
                errors.Add(new SettingError(
                    setting, $"the name '{server.Definition.Name}' is taken by a module or another server; the bound is one server a name", "servers of others", "Choose another name."));
            }
        }

        return found;
    }

    private IEnumerable<(string Setting, ConfiguredServer Server)> Named(ServersOptions servers, List<SettingError> errors)
    {
        foreach (var (name, about) in servers.Servers.Length == 0 ? [] : JsonNode.Parse(servers.Servers)!.AsObject())
        {
            yield return (Setting, new ConfiguredServer(Definition(name, about!.AsObject(), errors), about.ToJsonString()));
        }
    }

    private ServerDefinition Definition(string name, JsonObject about, List<SettingError> errors)
    {
        ServerDefinition definition = about[Command] is { } command ? Hosted(name, command.GetValue<string>(), about) : Upstream(name, about, errors);
        return definition with
        {
            Exclusive = Flag(about, "exclusive"),
            TimeoutSeconds = (int?)about["timeout"],
            MaxMessageBytes = (int?)about["max_message_bytes"] ?? definition.MaxMessageBytes,
        };
    }

    private static HostedServerDefinition Hosted(string name, string command, JsonObject about)
    {
        var standard = new HostedServerDefinition(name, command);
        return standard with
        {
            Args = List(about, "args"),
            Env = (about["env"]?.AsObject() ?? []).ToDictionary(variable => variable.Key, variable => (string)variable.Value!, StringComparer.Ordinal),
            Cwd = (string?)about["cwd"],
            Readable = List(about, "readable"),
            Writable = List(about, "writable"),
            Instances = (int?)about["instances"] ?? standard.Instances,
            Sandbox = about["sandbox"] is { } sandbox ? Enum.Parse<SandboxKind>((string)sandbox!, ignoreCase: true) : standard.Sandbox,
            Network = Flag(about, "network"),
            MemoryMiB = (int?)about["memory_mb"] ?? standard.MemoryMiB,
            MaxProcesses = (int?)about["max_processes"] ?? standard.MaxProcesses,
            MaxOpenFiles = (int?)about["max_open_files"] ?? standard.MaxOpenFiles,
            StartSeconds = (int?)about["start_timeout"] ?? standard.StartSeconds,
            IdleSeconds = (int?)about["idle_timeout"] ?? standard.IdleSeconds,
        };
    }

    private UpstreamServerDefinition Upstream(string name, JsonObject about, List<SettingError> errors)
    {
        return new UpstreamServerDefinition(name, new Uri((string)about["url"]!))
        {
            AllowPrivateAddress = Flag(about, "allow_private_address"),
            Credential = about["bearer"] is { } bearer ? new BearerCredential(Secret("bearer", bearer))
                : about["header"] is { } header ? new HeaderCredential((string)header["name"]!, Secret("header.value", header["value"]!))
                : about["oauth"] is { } oauth ? new ClientCredentials(
                    new Uri((string)oauth["token_url"]!), (string)oauth["client_id"]!, Secret("oauth.client_secret", oauth["client_secret"]!), (string?)oauth["scope"])
                : new NoCredential(),
        };

        string Secret(string key, JsonNode text)
        {
            var resolved = SecretReferences.Resolve((string)text!, variable => configuration[variable]);
            if (resolved.Missing is { } missing)
            {
                errors.Add(new SettingError($"servers.{name}.{key}", missing.Problem, "servers of others", missing.Cure));
            }

            return resolved.Text;
        }
    }

    private static bool Flag(JsonObject about, string key) => (bool?)about[key] ?? false;

    private static IReadOnlyList<string> List(JsonObject about, string key) => [.. (about[key]?.AsArray() ?? []).Select(item => (string)item!)];
}

/// <param name="Fingerprint">Changes when the definition does.</param>
internal sealed record ConfiguredServer(ServerDefinition Definition, string Fingerprint);
