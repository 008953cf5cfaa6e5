using McpWorker.Servers;

namespace McpWorker.Tests.Hosting;

public sealed class StartTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_command_that_is_nowhere_is_named_with_the_path_it_was_looked_for_on()
    {
        var message = await RefusalAsync(new HostedServerDefinition("orders", "no-such-program-anywhere"));

        Assert.Contains("'orders'", message, StringComparison.Ordinal);
        Assert.Contains("no-such-program-anywhere", message, StringComparison.Ordinal);
        Assert.Contains(Environment.GetEnvironmentVariable("PATH")!, message, StringComparison.Ordinal);
        Assert.Contains("Install it", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/no/such/program", "does not exist")]
    [InlineData("/etc/passwd", "is not executable")]
    [InlineData("node_modules/.bin/server", "relative path")]
    [InlineData("../server", "relative path")]
    public async Task A_command_that_cannot_be_run_is_refused_with_the_reason(string command, string reason) =>
        Assert.Contains(reason, await RefusalAsync(new HostedServerDefinition("orders", command)), StringComparison.Ordinal);

    [Fact]
    public async Task A_command_is_a_program_and_never_a_line_for_a_shell() =>
        Assert.Contains("'perl; true'", await RefusalAsync(new HostedServerDefinition("orders", "perl; true")), StringComparison.Ordinal);

    [Theory]
    [InlineData("TOKEN", "${HOSTING_TEST_NOWHERE}", "HOSTING_TEST_NOWHERE_FILE")]
    [InlineData("bad name", "x", "'bad name'")]
    [InlineData("LD_PRELOAD", "/tmp/x.so", "LD_PRELOAD")]
    [InlineData("GCONV_PATH", "/tmp", "GCONV_PATH")]
    public async Task A_variable_that_cannot_be_given_is_named(string name, string value, string named)
    {
        var server = new HostedServerDefinition("orders", "perl") { Env = new Dictionary<string, string>(StringComparer.Ordinal) { [name] = value } };

        Assert.Contains(named, await RefusalAsync(server), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_file_that_is_not_there_is_named_by_its_variable_alone()
    {
        Environment.SetEnvironmentVariable("HOSTING_TEST_LOST_FILE", "/no/such/secret");
        var server = new HostedServerDefinition("orders", "perl") { Env = new Dictionary<string, string>(StringComparer.Ordinal) { ["TOKEN"] = "${HOSTING_TEST_LOST}" } };

        var message = await RefusalAsync(server);

        Assert.Contains("HOSTING_TEST_LOST_FILE", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_working_folder_that_is_not_there_is_named() =>
        Assert.Contains("'/no/such/folder'", await RefusalAsync(new HostedServerDefinition("orders", "perl") { Cwd = "/no/such/folder" }), StringComparison.Ordinal);

    [Theory]
    [InlineData("production", "None", false)]
    [InlineData("staging", "None", false)]
    [InlineData("production", "None", true)]
    [InlineData("development", "None", false)]
    public async Task Outside_development_a_server_without_a_sandbox_needs_a_setting(string environment, string sandbox, bool allowed)
    {
        await using var hosts = new Hosts(environment, allowed);
        var link = hosts.To(Hosts.Server(Kinds.Parse(sandbox)));

        if (allowed || environment == "development")
        {
            await using var channel = await link.OpenAsync(Token);
        }
        else
        {
            var refused = await Assert.ThrowsAsync<ServerUnavailableException>(async () => await link.OpenAsync(Token));
            Assert.Contains("MCP_ALLOW_UNSANDBOXED_SERVERS=true", refused.Message, StringComparison.Ordinal);
            Assert.Contains("bubblewrap", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Bubblewrap_works_on_this_machine_and_is_what_auto_chooses()
    {
        await using var hosts = new Hosts("production");
        await using var channel = await hosts.To(Hosts.Server(SandboxKind.Auto)).OpenAsync(Token);

        var started = await hosts.LoggedAsync("hosted_server_started");

        Assert.Equal(SandboxKind.Bwrap, started.Fields["Sandbox"]);
    }

    [Fact]
    public async Task A_refused_start_leaves_no_folder_and_no_user_id_behind()
    {
        await using var hosts = new Hosts();
        var server = Hosts.Server(SandboxKind.None) with { Env = new Dictionary<string, string>(StringComparer.Ordinal) { ["TOKEN"] = "${HOSTING_TEST_NOWHERE}" } };
        await using var other = await hosts.OpenAsync(Hosts.Server(SandboxKind.None, "environment"));
        var home = (await other.ToldAsync("environment")).Split('\n').Single(line => line.StartsWith("HOME=", StringComparison.Ordinal))["HOME=".Length..];
        var folders = Path.GetDirectoryName(Path.GetDirectoryName(home))!;
        var before = Directory.GetDirectories(folders).Length;

        await Assert.ThrowsAsync<ServerUnavailableException>(async () => await hosts.To(server).OpenAsync(Token));

        Assert.Equal(before, Directory.GetDirectories(folders).Length);
        await other.DisposeAsync();
        Assert.False(Directory.Exists(home));
    }

    private static async Task<string> RefusalAsync(HostedServerDefinition server)
    {
        await using var hosts = new Hosts();
        return (await Assert.ThrowsAsync<ServerUnavailableException>(async () => await hosts.To(server).OpenAsync(Token))).Message;
    }
}
