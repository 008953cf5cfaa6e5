using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using McpWorker.Hosting.Processes;
using McpWorker.Servers;
using Testing;

namespace McpWorker.Tests.Hosting;

/// <summary>A hostile server against the worker, which here is the process of the tests.</summary>
public sealed class SandboxTests(PostgresServer postgres)
{
    private static readonly string Self = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds.All), MemberType = typeof(Kinds))]
    public async Task A_hostile_server_gets_nothing_out_of_the_worker(string sandbox)
    {
        var found = await AttackAsync(Kinds.Parse(sandbox), port: 1, []);

        Assert.Equal("refused", found["environ"]!.GetValue<string>());
        Assert.Equal("refused", found["memory"]!.GetValue<string>());
        Assert.Equal("refused", found["ptrace"]!.GetValue<string>());
        Assert.Equal("refused", found["readv"]!.GetValue<string>());
        Assert.Equal("refused", found["diagnostics"]!.GetValue<string>());
        Assert.Equal("0000000000000000", found["capabilities"]!.GetValue<string>());
        Assert.Equal("1", found["privileges"]!.GetValue<string>());
        Assert.Equal("", found["handles"]!.GetValue<string>());
    }

    [Theory]
    [MemberData(nameof(Kinds.WithWalls), MemberType = typeof(Kinds))]
    public async Task A_sandbox_keeps_it_from_the_workers_process_its_user_and_its_files(string sandbox)
    {
        using var folder = new PlatformFolder();
        await using var hosts = new Hosts();
        await using var other = await hosts.OpenAsync(Hosts.Server(Kinds.Parse(sandbox), "environment") with { Env = new Dictionary<string, string>(StringComparer.Ordinal) { ["OTHER"] = "1" } });
        var home = (await other.ToldAsync("environment")).Split('\n').Single(line => line.StartsWith("HOME=", StringComparison.Ordinal))["HOME=".Length..];

        var found = await AttackAsync(Kinds.Parse(sandbox), port: 1, [folder.AdminKey, "/etc/shadow", Path.GetDirectoryName(home)!]);

        Assert.Equal("refused", found["signal"]!.GetValue<string>());
        Assert.Equal("refused", found["write"]!.GetValue<string>());
        Assert.Equal("refused", found["file1"]!.GetValue<string>());
        if (Environment.IsPrivilegedProcess)
        {
            Assert.InRange(int.Parse(found["user"]!.GetValue<string>(), CultureInfo.InvariantCulture), 60_600, 61_111);
            Assert.Equal("0000000000000000", found["bounding"]!.GetValue<string>());
        }

        if (sandbox == "bwrap")
        {
            Assert.Equal("refused", found["file0"]!.GetValue<string>());

            // Bubblewrap's own, and itself.
            Assert.InRange(int.Parse(found["processes"]!.GetValue<string>(), CultureInfo.InvariantCulture), 1, 2);
        }
        else
        {
            Assert.Equal("refused", found["file2"]!.GetValue<string>());
        }
    }

    [Theory]
    [MemberData(nameof(Kinds.WithWalls), MemberType = typeof(Kinds))]
    public async Task Without_network_it_reaches_no_port_and_with_it_the_worker_asks_for_a_token(string sandbox)
    {
        await using var app = await WorkerApp.StartAsync(postgres);
        app.UseKestrel(0);
        app.StartServer();
        var port = app.ClientOptions.BaseAddress.Port;

        var without = await AttackAsync(Kinds.Parse(sandbox), port, []);
        var with = await AttackAsync(Kinds.Parse(sandbox), port, [], network: true);

        Assert.Equal("refused", without["port"]!.GetValue<string>());
        Assert.Equal("401", with["port"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_attacks_are_real_where_nothing_protects()
    {
        using var victim = Process.Start(new ProcessStartInfo("sleep", "1000") { UseShellExecute = false })!;
        var socket = $"/tmp/dotnet-diagnostic-{victim.Id}-1-socket";
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(socket));
        listener.Listen();
        try
        {
            using var script = Process.Start(new ProcessStartInfo("perl", [Hosts.Script("hostile.pl"), victim.Id.ToString(CultureInfo.InvariantCulture), "1", "/etc/passwd", "/etc"])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
            var found = JsonNode.Parse((await script.StandardOutput.ReadLineAsync(Token))!)!["params"]!;
            script.StandardInput.Close();
            await script.WaitForExitAsync(Token);

            Assert.Equal("read", found["environ"]!.GetValue<string>());
            Assert.Equal("opened", found["memory"]!.GetValue<string>());
            Assert.Equal("attached", found["ptrace"]!.GetValue<string>());
            Assert.Equal("read", found["readv"]!.GetValue<string>());
            Assert.Equal("sent", found["signal"]!.GetValue<string>());
            Assert.Equal("connected", found["diagnostics"]!.GetValue<string>());
            Assert.Equal("read", found["file0"]!.GetValue<string>());
            Assert.Equal("read", found["file1"]!.GetValue<string>());
        }
        finally
        {
            victim.Kill();
            File.Delete(socket);
        }
    }

    [Fact]
    public async Task The_runtimes_diagnostics_are_reachable_until_the_first_server_starts()
    {
        await using var worker = await HostProcess.RunAsync(nameof(HostProcess.Closes_its_diagnostics_with_the_first_server));

        Assert.Equal("1 reachable before, 0 and 0 after", worker.Line);
    }

    [Fact]
    public async Task A_user_id_of_its_own_needs_a_worker_that_is_root()
    {
        await using var hosts = new Hosts();
        var link = hosts.To(Hosts.Server(SandboxKind.Uid));
        if (Environment.IsPrivilegedProcess)
        {
            await using var one = await Conversation.OverAsync(await link.OpenAsync(Token));
            await using var other = await Conversation.OverAsync(await link.OpenAsync(Token));
            await Task.WhenAll(one.SayAsync("ping"), other.SayAsync("ping"));
            await Task.WhenAll(one.HearAsync(), other.HearAsync());
            var users = hosts.Log.Entries.Where(entry => entry.Event.Name == "hosted_server_started").Select(entry => ProcessFile.User((int)entry.Fields["ProcessId"]!)!.Value).ToList();

            Assert.Equal(2, users.Distinct().Count());
            Assert.All(users, user => Assert.InRange(user, 60_600, 61_111));
        }
        else
        {
            var refused = await Assert.ThrowsAsync<ServerUnavailableException>(async () => await link.OpenAsync(Token));
            Assert.Contains("runs as root", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_the_definition_names_is_shown_and_nothing_beside_it()
    {
        using var folder = new PlatformFolder();
        await using var hosts = new Hosts();
        var readable = await AttackAsync(SandboxKind.Bwrap, port: 1, [Path.Combine(folder.Path, "open.txt")], alter: server => server with { Readable = [folder.Path] });
        var named = await AttackAsync(
            SandboxKind.Bwrap, port: 1, [folder.AdminKey], alter: server => server with { Args = [.. server.Args, Path.Combine(folder.Path, "open.txt")] });

        Assert.Equal("read", readable["file0"]!.GetValue<string>());

        // An absolute path among the arguments is shown too, and the key beside it is not.
        Assert.Equal(("refused", "read"), (named["file0"]!.GetValue<string>(), named["file1"]!.GetValue<string>()));
    }

    private static async Task<JsonNode> AttackAsync(SandboxKind sandbox, int port, string[] files, bool network = false, Func<HostedServerDefinition, HostedServerDefinition>? alter = null)
    {
        await using var hosts = new Hosts();
        var server = new HostedServerDefinition("hostile", "perl")
        {
            // A path among the arguments would be shown to it, so those to be hidden are written in another way.
            Args = [Hosts.Script("hostile.pl"), Self, port.ToString(CultureInfo.InvariantCulture), .. files.Select(file => "hidden:" + file)],
            Sandbox = sandbox,
            Network = network || sandbox == SandboxKind.None,
        };
        await using var conversation = await hosts.OpenAsync(alter is null ? server : alter(server));
        return await conversation.NewsAsync();
    }

    /// <summary>A folder in the temporary one with what the platform keeps in such folders.</summary>
    private sealed class PlatformFolder : IDisposable
    {
        public PlatformFolder()
        {
            // For everybody to read, so that nothing but the sandbox keeps a server from them.
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
            }

            File.WriteAllText(AdminKey, "key"); // not-a-secret
            File.WriteAllText(System.IO.Path.Combine(Path, "open.txt"), "open");
        }

        public string Path { get; } = Directory.CreateTempSubdirectory().FullName;

        public string AdminKey => System.IO.Path.Combine(Path, "admin.key");

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
