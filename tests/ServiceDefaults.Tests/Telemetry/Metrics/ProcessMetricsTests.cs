using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using ServiceDefaults.Telemetry.Metrics.Usage;
using Testing;

namespace ServiceDefaults.Tests.Telemetry.Metrics;

public sealed class ProcessMetricsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-189")]
    [Trait("Requirement", "S-191")]
    public async Task Resident_memory_is_what_ps_says()
    {
        await using var service = await TestService.StartAsync(cancellationToken: Token);

        var scrape = await Scrape.OfAsync(service.Metrics, Token);
        var resident = await ResidentByPsAsync();

        Assert.InRange(scrape.Value("process_resident_memory_bytes")!.Value, resident * 0.9, resident * 1.1);
        Assert.InRange(scrape.Value("memory_usage_bytes")!.Value, resident * 0.9, resident * 1.1);
        Assert.Equal("gauge", scrape.Types["process_resident_memory_bytes"]);
        Assert.Equal("gauge", scrape.Types["memory_usage_bytes"]);
    }

    [Fact]
    [Trait("Requirement", "S-190")]
    public async Task A_busy_loop_shows()
    {
        await using var service = await TestService.StartAsync(cancellationToken: Token);
        using var done = new CancellationTokenSource();
        var loop = Task.Factory.StartNew(() => Spin(done.Token), Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        // A quarter of one core, which the loop gets however busy the machine is with other work.
        var scrape = await Scrape.UntilAsync(service.Metrics, scrape => scrape.Value("cpu_utilization_percent") >= 25.0 / Environment.ProcessorCount, Token);
        await done.CancelAsync();
        await loop;

        Assert.InRange(scrape.Value("cpu_utilization_percent")!.Value, 0, 100);
    }

    [Fact]
    [Trait("Requirement", "S-192")]
    public async Task Writing_a_file_counts_as_disk_operations()
    {
        await using var service = await TestService.StartAsync(cancellationToken: Token);
        var file = Path.GetTempFileName();
        var before = await Scrape.OfAsync(service.Metrics, Token);
        for (var write = 0; write < 500; write++)
        {
            await File.WriteAllTextAsync(file, "something", Token);
        }

        var after = await Scrape.UntilAsync(service.Metrics, scrape => Written(scrape) - Written(before) >= 500, Token);
        File.Delete(file);

        Assert.Equal("gauge", after.Types["disk_io_operations"]);
        Assert.True(after.Value("disk_io_operations", ("direction", "read")) > 0);

        static double? Written(Scrape scrape) => scrape.Value("disk_io_operations", ("direction", "write"));
    }

    [Theory]
    [Trait("Requirement", "S-193")]
    [InlineData("receive")]
    [InlineData("transmit")]
    public async Task Traffic_counts_over_loopback_too(string direction)
    {
        await using var service = await TestService.StartAsync(cancellationToken: Token);
        var before = await Scrape.OfAsync(service.Metrics, Token);
        for (var request = 0; request < 200; request++)
        {
            await service.Client.GetStringAsync("/alive", Token);
        }

        var after = await Scrape.UntilAsync(service.Metrics, scrape => Bytes(scrape) - Bytes(before) > 10_000, Token);

        Assert.Equal("gauge", after.Types["network_throughput_bytes"]);

        double? Bytes(Scrape scrape) => scrape.Value("network_throughput_bytes", ("direction", direction));
    }

    [Fact]
    [Trait("Requirement", "S-194")]
    public async Task Open_sockets_count_as_descriptors()
    {
        await using var service = await TestService.StartAsync(cancellationToken: Token);
        var before = (await Scrape.OfAsync(service.Metrics, Token)).Value("process_open_fds");
        var sockets = Enumerable.Range(0, 200).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp)).ToList();

        // Other tests of this process open and close some meanwhile.
        var after = await Scrape.UntilAsync(service.Metrics, scrape => scrape.Value("process_open_fds") - before is > 150 and < 250, Token);
        sockets.ForEach(socket => socket.Dispose());

        Assert.True(after.Value("process_max_fds") >= after.Value("process_open_fds"));
    }

    [Fact]
    [Trait("Requirement", "S-194")]
    public void Processes_it_started_count_and_so_do_theirs()
    {
        var clock = new ManualTimeProvider();
        using var tree = new ProcessTree(clock);
        var before = tree.Count;
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", "echo started; cat; exit 0"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        shell.StandardOutput.ReadLine();

        clock.Advance(TimeSpan.FromSeconds(10));
        var during = tree.Count;
        shell.StandardInput.Close();
        shell.WaitForExit();

        Assert.True(before >= 1);
        Assert.True(during > before, $"{before} before, {during} while a shell ran.");
    }

    [Fact]
    [Trait("Requirement", "S-194")]
    public async Task Start_time_and_number_of_processes_are_there()
    {
        await using var service = await TestService.StartAsync(cancellationToken: Token);

        var scrape = await Scrape.OfAsync(service.Metrics, Token);

        using var process = Process.GetCurrentProcess();
        Assert.Equal(new DateTimeOffset(process.StartTime).ToUnixTimeSeconds(), scrape.Value("process_start_time_seconds")!.Value, tolerance: 2);
        Assert.True(scrape.Value("process_count") >= 1);
    }

    private static void Spin(CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
        }
    }

    private static async Task<double> ResidentByPsAsync()
    {
        using var ps = Process.Start(new ProcessStartInfo("ps", ["-o", "rss=", "-p", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        return 1024 * double.Parse(await ps.StandardOutput.ReadToEndAsync(Token), CultureInfo.InvariantCulture);
    }
}
