using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Layers;
using ServiceDefaults.Settings.Loading;

namespace ServiceDefaults.Tests.Settings;

/// <summary>A folder of settings files of its own, and a process environment and command line that are nobody else's.</summary>
internal sealed class SettingsFixture : IDisposable
{
    private readonly Dictionary<string, string?> _environment = new(StringComparer.Ordinal);
    private string[] _arguments = [];

    public SettingsFixture()
    {
        Directory.CreateDirectory(Configs);
        File.WriteAllText(PathOf("configs/config.yaml"), "");
        File.WriteAllText(PathOf("configs/development.yaml"), "");
        File.WriteAllText(PathOf("configs/production.yaml"), "");
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("settings-").FullName;

    public string Configs => Path.Combine(Root, "configs");

    public SettingsFixture Environment(string key, string? value)
    {
        _environment[key] = value;
        return this;
    }

    public SettingsFixture CommandLine(params string[] arguments)
    {
        _arguments = arguments;
        return this;
    }

    /// <summary>Writes a file below the root and returns its path.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    public SettingsFixture Yaml(string name, string text)
    {
        Write($"configs/{name}", text);
        return this;
    }

    /// <summary>Everything production asks of the gateway; tests then break one thing.</summary>
    public SettingsFixture Production() => Environment("MCP_ENV", "production")
        .Environment("MCP_JWT_SECRET", Secrets.Jwt)
        .Environment("MCP_API_KEY_SALT", Secrets.Salt)
        .Environment("MCP_INTERNAL_SECRET", Secrets.Internal)
        .Environment("MCP_DATABASE_URL", $"postgresql://mcp_app:{Secrets.Password}@db:5432/mcpdb");

    public SettingsLoad Load(ServiceIdentity? identity = null, bool needsSecrets = true) =>
        Load(SettingsLoadScope.Service(identity ?? ServiceIdentity.Gateway, needsSecrets));

    public SettingsLoad Load(SettingsLoadScope scope) => SettingsLoader.Load(Inputs(), scope);

    public SettingsSnapshot Snapshot(ServiceIdentity? identity = null) => Load(identity).Require();

    /// <summary>The one error there is.</summary>
    public SettingError Error(ServiceIdentity? identity = null) => Assert.Single(Load(identity).Errors);

    public SettingsInputs Inputs() => SettingsInputs.From(Configuration(), Root, Root);

    public IConfigurationRoot Configuration() => new ConfigurationBuilder()
        .Add(new FakeEnvironment(_environment))
        .AddCommandLine(_arguments)
        .Build();

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>Values that pass every rule, so that a test sees only the one it breaks. Computed, so that no scanner takes them for real ones.</summary>
    internal static class Secrets
    {
        public static string Jwt { get; } = Make("jwt")[..32];

        public static string Salt { get; } = Make("salt")[..32];

        public static string Internal { get; } = Make("internal")[..32];

        public static string Password { get; } = Make("password")[..12];

        private static string Make(string purpose) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(purpose)));
    }

    /// <summary>The provider of the real environment, over a dictionary.</summary>
    private sealed class FakeEnvironment(Dictionary<string, string?> values) : IConfigurationSource
    {
        public IConfigurationProvider Build(IConfigurationBuilder builder) => new Provider(values);

        private sealed class Provider(Dictionary<string, string?> values) : EnvironmentVariablesConfigurationProvider
        {
            public override void Load() => Data = values.ToDictionary(
                pair => pair.Key.Replace("__", ":", StringComparison.Ordinal), pair => pair.Value, StringComparer.OrdinalIgnoreCase);
        }
    }
}
