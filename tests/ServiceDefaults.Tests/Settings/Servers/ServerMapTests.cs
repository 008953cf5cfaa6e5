using System.Text.Json.Nodes;
using ServiceDefaults.Settings.Catalog;
using ServiceDefaults.Settings.Commands;

namespace ServiceDefaults.Tests.Settings.Servers;

/// <summary>What operators write under <c>servers:</c>, and what they are told when it is wrong.</summary>
[Trait("Category", "Config")]
public sealed class ServerMapTests : IDisposable
{
    private readonly SettingsFixture _settings = new();

    public void Dispose() => _settings.Dispose();

    [Fact]
    public void Both_forms_are_read_with_their_types()
    {
        _settings.Yaml("config.yaml", """
            servers:
              files:
                command: npx
                args: ["-y", "server-filesystem", "/srv/files"]
                env: { MODE: fast, API_TOKEN: "${FILES_TOKEN}" }
                instances: 2
                sandbox: bwrap
                network: true
                exclusive: true
                timeout: 90
              orders:
                url: https://orders.example.com/mcp
                header: { name: X-Key, value: "${ORDERS_KEY}" }
                allow_private_address: true
            """);

        var read = Read();

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""
            {
              "files": {
                "args": ["-y", "server-filesystem", "/srv/files"], "command": "npx", "exclusive": true, "instances": 2, "network": true,
                "sandbox": "bwrap", "timeout": 90, "env": { "API_TOKEN": "${FILES_TOKEN}", "MODE": "fast" }
              },
              "orders": { "allow_private_address": true, "url": "https://orders.example.com/mcp", "header": { "name": "X-Key", "value": "${ORDERS_KEY}" } }
            }
            """), read), read?.ToJsonString());
    }

    [Fact]
    public void A_stronger_file_changes_single_keys_and_takes_servers_away()
    {
        _settings.Yaml("config.yaml", """
            servers:
              orders: { url: "https://orders.example.com/mcp", timeout: 30 }
              gone: { command: sleep }
            """).Yaml("development.yaml", """
            servers:
              orders: { url: "http://localhost:5200/mcp" }
              gone:
            """);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{ "orders": { "timeout": 30, "url": "http://localhost:5200/mcp" } }"""), Read()));
    }

    [Fact]
    public void The_environment_takes_the_place_of_all_YAML()
    {
        _settings.Yaml("config.yaml", "servers:\n  orders: { command: sleep }")
            .Environment("MCP_SERVERS", """{ "clock": { "command": "date", "args": [], "instances": 3, "network": false } }""");

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{ "clock": { "args": [], "command": "date", "instances": 3, "network": false } }"""), Read()));
    }

    [Fact]
    public void No_servers_are_none() => Assert.Equal("", _settings.Yaml("config.yaml", "servers:\n").Snapshot().Get<ServersOptions>().Servers);

    [Theory]
    [InlineData("Orders: { command: x }", "servers.Orders", "1 to 24 of a-z, 0-9 and '-'", "Choose such a name")]
    [InlineData("orders: 5", "servers.orders", "holds a value", "Write `command:` or `url:`")]
    [InlineData("orders:", "servers.orders", "neither command nor url", "Write `command:`")]
    [InlineData("orders: { instances: 2 }", "servers.orders", "neither command nor url", "Write `command:`")]
    [InlineData("orders: { command: x, url: 'https://x' }", "servers.orders", "both command and url", "Write `command:`")]
    [InlineData("orders: { command: x, comand: y }", "servers.orders.comand", "no setting of a server", "Did you mean command?")]
    [InlineData("orders: { command: x, instances: 40 }", "servers.orders.instances", "a whole number from 1 to 16", "processes in each worker")]
    [InlineData("orders: { command: x, instances: two }", "servers.orders.instances", "a whole number from 1 to 16", "processes in each worker")]
    [InlineData("orders: { command: x, instances: [1] }", "servers.orders.instances", "a whole number from 1 to 16", "processes in each worker")]
    [InlineData("orders: { command: x, network: maybe }", "servers.orders.network", "true or false", "network")]
    [InlineData("orders: { command: x, sandbox: docker }", "servers.orders.sandbox", "auto, bwrap, uid, none", "sandbox")]
    [InlineData("orders: { command: x, args: one }", "servers.orders.args", "a list of texts", "args")]
    [InlineData("orders: { command: x, args: [{ a: b }] }", "servers.orders.args", "a list of texts", "args")]
    [InlineData("orders: { command: x, cwd: here }", "servers.orders.cwd", "an absolute path", "working folder")]
    [InlineData("orders: { command: x, env: 5 }", "servers.orders.env", "NAME: value pairs", "env")]
    [InlineData("orders: { command: x, env: { 'A-B': c } }", "servers.orders.env.A-B", "no variable", "Write NAME: value")]
    [InlineData("orders: { command: x, env: { API_TOKEN: abc } }", "servers.orders.env.API_TOKEN", "in clear", "Write ${API_TOKEN}")]
    [InlineData("orders: { command: x, env: { A: '${' } }", "servers.orders.env.A", "no variable", "${NAME}")]
    [InlineData("orders: { command: x, bearer: '${A}' }", "servers.orders.bearer", "belongs to a server with url", "Take it out")]
    [InlineData("orders: { url: 'https://x', instances: 2 }", "servers.orders.instances", "belongs to a server with command", "Take it out")]
    [InlineData("orders: { url: 'file:///etc/passwd' }", "servers.orders.url", "an absolute http or https URL", "its address")]
    [InlineData("orders: { url: 'https://ann:pw@x/mcp' }", "servers.orders.url", "without a user, a password", "its address")] // not-a-secret
    [InlineData("orders: { url: 'https://x', bearer: abc }", "servers.orders.bearer", "in clear", "NAME_FILE")]
    [InlineData("orders: { url: 'https://x', header: { name: X-Key, value: abc } }", "servers.orders.header.value", "in clear", "NAME_FILE")]
    [InlineData("orders: { url: 'https://x', header: { name: Host, value: '${A}' } }", "servers.orders.header.name", "not the transport's own", "header.name")]
    [InlineData("orders: { url: 'https://x', header: { name: X-Key } }", "servers.orders.header", "lacks value", "Write name, value")]
    [InlineData("orders: { url: 'https://x', header: 5 }", "servers.orders.header", "is a group of settings", "below it")]
    [InlineData("orders: { url: 'https://x', oauth: { token_url: 'https://t', client_id: a, client_secret: b } }", "servers.orders.oauth.client_secret", "in clear", "NAME_FILE")]
    [InlineData("orders: { url: 'https://x', bearer: '${A}', header: { name: X-Key, value: '${B}' } }", "servers.orders.header", "one credential", "Keep one")]
    [InlineData("orders: { command: x, timeout: 0 }", "servers.orders.timeout", "a whole number from 1 to 3600", "seconds a call may take")]
    public void A_wrong_entry_is_refused_with_place_key_bound_and_cure(string entry, string key, string bound, string cure)
    {
        _settings.Yaml("config.yaml", $"# line 1\nservers:\n  {entry}\n");

        var error = Assert.Single(_settings.Load().Errors, error => error.Key == key);

        Assert.Contains("config.yaml:3", error.Source, StringComparison.Ordinal);
        Assert.Contains(bound, error.Problem, StringComparison.Ordinal);
        Assert.Contains(cure, error.Cure, StringComparison.Ordinal);
        Assert.DoesNotContain("abc", error.Problem + error.Cure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("servers: 5", "not a map")]
    [InlineData("servers: [a, b]", "not a map")]
    public void What_is_no_map_is_refused(string yaml, string problem) =>
        Assert.Contains(problem, _settings.Yaml("config.yaml", yaml).Error().Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData("[1]")]
    [InlineData("{")]
    [InlineData("""{ "a": { "command": "x" }, "a": { "command": "y" } }""")]
    public void An_environment_form_that_is_no_object_is_refused(string json) =>
        Assert.Contains("one JSON object", _settings.Environment("MCP_SERVERS", json).Error().Problem, StringComparison.Ordinal);

    [Fact]
    public void A_name_used_twice_in_a_file_is_refused_at_its_line()
    {
        var error = _settings.Yaml("config.yaml", "servers:\n  orders: { command: x }\n  orders: { command: y }\n").Error();

        Assert.Contains("config.yaml:3", error.Source, StringComparison.Ordinal);
        Assert.Contains("twice", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_64_servers_are_refused()
    {
        _settings.Yaml("config.yaml", $"servers:\n{string.Concat(Enumerable.Range(1, 65).Select(number => $"  s{number}: {{ command: x }}\n"))}");

        Assert.Contains("65 servers; the bound is 64", _settings.Error().Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void All_errors_are_told_at_once_and_none_hides_another()
    {
        _settings.Yaml("config.yaml", """
            servers:
              orders: { command: x, comand: y, instances: 99 }
              good: { command: x }
              Bad: { url: "https://x" }
            """);

        Assert.Equal(["servers.orders.comand", "servers.orders.instances", "servers.Bad"], _settings.Load().Errors.Select(error => error.Key).Order(StringComparer.OrdinalIgnoreCase).Reverse().OrderBy(key => key.Split('.').Length == 3 ? 0 : 1).ThenBy(key => key, StringComparer.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "S-058")]
    public void Config_show_names_the_servers_and_hides_secrets()
    {
        _settings.Yaml("config.yaml", "servers:\n  orders: { command: x, args: [\"--password=hunter2\"] }"); // not-a-secret

        var row = SettingRow.Of(_settings.Snapshot()).Single(row => row.Key == "MCP_SERVERS");

        Assert.Contains("orders", row.Shown, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", row.Shown, StringComparison.Ordinal); // not-a-secret
        Assert.Contains("config.yaml:2", row.Source, StringComparison.Ordinal);
        Assert.True(row.HotReload);
    }

    private JsonNode? Read() => JsonNode.Parse(_settings.Snapshot().Get<ServersOptions>().Servers);
}
