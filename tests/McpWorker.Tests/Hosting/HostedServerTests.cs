using McpWorker.Servers;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpWorker.Tests.Hosting;

public sealed class HostedServerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds.All), MemberType = typeof(Kinds))]
    public async Task A_client_of_the_SDK_calls_a_tool_of_a_hosted_server(string sandbox)
    {
        await using var hosts = new Hosts();
        await using var channel = await hosts.To(Hosts.Server(Kinds.Parse(sandbox))).OpenAsync(Token);

        await using var client = await McpClient.CreateAsync(channel.Transport, cancellationToken: Token);
        var answer = await client.CallToolAsync("greet", cancellationToken: Token);

        Assert.Equal("hello", Assert.IsType<TextContentBlock>(Assert.Single(answer.Content)).Text);
    }

    [Fact]
    public async Task A_client_that_is_disposed_of_ends_the_process()
    {
        await using var hosts = new Hosts();
        await using var channel = await hosts.To(Hosts.Server(SandboxKind.Auto)).OpenAsync(Token);

        await using (await McpClient.CreateAsync(channel.Transport, cancellationToken: Token))
        {
        }

        Assert.Equal("it was stopped", await channel.Ended.WaitAsync(TimeSpan.FromSeconds(30), Token));
    }

    [Fact]
    public async Task A_call_fails_at_once_when_the_process_dies_in_it()
    {
        await using var hosts = new Hosts();
        await using var channel = await hosts.To(Hosts.Server(SandboxKind.Auto)).OpenAsync(Token);
        await using var client = await McpClient.CreateAsync(channel.Transport, cancellationToken: Token);

        var failed = await Assert.ThrowsAnyAsync<Exception>(async () => await client.CallToolAsync(
            "greet", new Dictionary<string, object?>(StringComparer.Ordinal) { ["x"] = "die-in-call" }, cancellationToken: Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token));

        Assert.IsNotType<TimeoutException>(failed);
        Assert.Contains("exit code 7", await channel.Ended.WaitAsync(TimeSpan.FromSeconds(30), Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_dies_says_why_with_its_last_line()
    {
        await using var hosts = new Hosts();
        await using var conversation = await hosts.OpenAsync(Hosts.Server(SandboxKind.Auto, "die"));

        var reason = await conversation.EndAsync();

        Assert.Contains("exit code 3", reason, StringComparison.Ordinal);
        Assert.Contains("no such table: orders", reason, StringComparison.Ordinal);
        var ended = await hosts.LoggedAsync("hosted_server_ended");
        Assert.Equal("no such table: orders", ended.Fields["LastLine"]);
    }

    [Fact]
    public async Task A_process_that_closes_its_output_is_ended()
    {
        await using var hosts = new Hosts();
        await using var conversation = await hosts.OpenAsync(Hosts.Server(SandboxKind.None, "mute"));

        Assert.Equal("it closed its standard output", await conversation.EndAsync());
    }

    [Fact]
    public async Task Its_environment_is_what_the_definition_says_and_nothing_of_the_workers()
    {
        await using var hosts = new Hosts();
        var secretFile = Path.GetTempFileName();
        await File.WriteAllTextAsync(secretFile, "from-a-file-4711\n", Token); // not-a-secret
        Environment.SetEnvironmentVariable("HOSTING_TEST_TOKEN", "from-a-variable-4711"); // not-a-secret
        Environment.SetEnvironmentVariable("HOSTING_TEST_PASSWORD_FILE", secretFile);
        var server = Hosts.Server(SandboxKind.Auto, "environment", "one $(two)", "; three") with
        {
            Env = new Dictionary<string, string>(StringComparer.Ordinal) { ["MODE"] = "fast", ["TOKEN"] = "Bearer ${HOSTING_TEST_TOKEN}", ["PASSWORD"] = "${HOSTING_TEST_PASSWORD}" },
        };
        await using var conversation = await hosts.OpenAsync(server);

        var environment = (await conversation.ToldAsync("environment")).Split('\n').ToDictionary(line => line.Split('=')[0], line => line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..], StringComparer.Ordinal);
        var folder = await conversation.ToldAsync("folder");

        // PWD is bubblewrap's doing.
        Assert.Equal(["HOME", "LANG", "MODE", "PASSWORD", "PATH", "TMPDIR", "TOKEN"], environment.Keys.Except(["PWD"]).Order(StringComparer.Ordinal));
        Assert.Equal("Bearer from-a-variable-4711", environment["TOKEN"]);
        Assert.Equal("from-a-file-4711", environment["PASSWORD"]);
        Assert.NotEqual(Environment.GetEnvironmentVariable("HOME"), environment["HOME"]);
        Assert.EndsWith("/work", folder, StringComparison.Ordinal);
        Assert.Equal("one $(two)|; three", await conversation.ToldAsync("arguments"));
        Assert.DoesNotContain(hosts.Log.Entries, entry => entry.Message.Contains("4711", StringComparison.Ordinal));
        File.Delete(secretFile);
    }

    [Theory]
    [MemberData(nameof(Kinds.All), MemberType = typeof(Kinds))]
    public async Task No_secret_is_in_a_command_line(string sandbox)
    {
        await using var hosts = new Hosts();
        Environment.SetEnvironmentVariable("HOSTING_TEST_ARGUMENT", "seen-by-all-4712"); // not-a-secret
        var server = Hosts.Server(Kinds.Parse(sandbox)) with { Env = new Dictionary<string, string>(StringComparer.Ordinal) { ["TOKEN"] = "${HOSTING_TEST_ARGUMENT}" } };
        await using var conversation = await hosts.OpenAsync(server);
        await conversation.SayAsync("ping");
        await conversation.HearAsync();

        var lines = Directory.GetDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])).Select(CommandLine).ToList();

        Assert.Contains(lines, line => line.Contains("server.pl", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("seen-by-all-4712", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_it_prints_on_standard_error_is_logged_clean()
    {
        await using var hosts = new Hosts();
        Environment.SetEnvironmentVariable("HOSTING_TEST_PRINTED", "printed-by-mistake-4713"); // not-a-secret
        var server = Hosts.Server(SandboxKind.Auto, "stderr", "\e[31mred\e[0m\aalert", "key printed-by-mistake-4713 used") with
        {
            Env = new Dictionary<string, string>(StringComparer.Ordinal) { ["TOKEN"] = "${HOSTING_TEST_PRINTED}" },
        };
        await using var conversation = await hosts.OpenAsync(server);

        var line = await hosts.Log.WaitForAsync(entry => entry.Event.Name == "hosted_server_stderr" && entry.Message.Contains("red", StringComparison.Ordinal), Token);
        var key = await hosts.Log.WaitForAsync(entry => entry.Event.Name == "hosted_server_stderr" && entry.Message.Contains("key", StringComparison.Ordinal), Token);

        Assert.Equal(("script", 1, "red alert"), (line.Fields["Server"], line.Fields["Instance"], line.Fields["Line"]));
        Assert.Equal("key *** used", key.Fields["Line"]);
    }

    private static string CommandLine(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
