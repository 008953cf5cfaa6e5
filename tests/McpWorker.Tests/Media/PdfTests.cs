using McpWorker.Media.Reading;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Media;

[Trait("Requirement", "S-143")]
public sealed class PdfTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_PDF_is_kept_as_its_text_with_its_own_title()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();

        var added = (await client.CallAsync(
            "media_ingest",
            ("content", Base64(SamplePdf.Of("The heron's book", ["A heron waits <still> & fishes."], ["On another page an otter swims."]))),
            ("encoding", "base64"))).Data();
        var read = (await client.CallAsync("media_get", ("id", added.GetProperty("id").GetString()))).Data();
        var found = (await client.CallAsync("media_search", ("query", "otters"), ("media_type", "application/pdf"))).Data();

        Assert.Equal("application/pdf", added.GetProperty("media_type").GetString());
        Assert.Equal("The heron's book", added.GetProperty("title").GetString());
        Assert.Equal("A heron waits <still> & fishes.\n\nOn another page an otter swims.", read.GetProperty("content").GetString());
        Assert.Single(found.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_PDF_without_a_title_has_that_of_its_first_line()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();

        var added = (await client.CallAsync(
            "media_ingest", ("content", Base64(SamplePdf.Of(null, ["Harbour rules", "Ships wait outside."]))), ("encoding", "base64"))).Data();

        Assert.Equal("Harbour rules", added.GetProperty("title").GetString());
    }

    [Fact]
    public async Task Text_may_come_as_base64_too()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();

        var added = (await client.CallAsync("media_ingest", ("content", Base64("# Übersicht\n\nText"u8.ToArray())), ("encoding", "base64"))).Data();
        var unencoded = await client.CallAsync("media_ingest", ("content", "a text!"), ("encoding", "base64"));
        var binary = await client.CallAsync("media_ingest", ("content", Base64([0xFF, 0xD8, 0xFF])), ("encoding", "base64"));

        Assert.Equal(("Übersicht", "text/markdown"), (added.GetProperty("title").GetString(), added.GetProperty("media_type").GetString()));
        Assert.Contains("not base64", unencoded.TextOf(), StringComparison.Ordinal);
        Assert.Contains("neither a PDF nor a text", binary.TextOf(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_PDF_that_cannot_be_read_is_refused_with_the_reason()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();

        Assert.Contains("protected by a password", await RefusalAsync(SamplePdf.Locked()), StringComparison.Ordinal);
        Assert.Contains("damaged", await RefusalAsync("%PDF-1.7 and nothing else"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("OCR", await RefusalAsync(SamplePdf.Of("blank", [[]])), StringComparison.Ordinal);

        async Task<string> RefusalAsync(byte[] pdf)
        {
            var result = await client.CallAsync("media_ingest", ("content", Base64(pdf)), ("encoding", "base64"));
            Assert.True(result.IsError);
            return result.TextOf();
        }
    }

    [Fact]
    public async Task Without_pdftotext_PDF_alone_is_missing_and_the_module_says_so()
    {
        await using var worker = await WorkerApp.StartAsync(
            postgres, new ModuleOptions { Enabled = ["media"] }, services => services.AddSingleton(new ProgramFolders("/nowhere")));
        using var metrics = new RecordedMetrics(worker.Services);
        await using var client = await worker.ConnectAsync();

        var pdf = await client.CallAsync("media_ingest", ("content", Base64(SamplePdf.Of(null, ["x"]))), ("encoding", "base64"));
        var text = await client.CallAsync("media_ingest", ("content", "a text"));
        var health = await worker.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "modules", Token);

        Assert.Contains("install poppler-utils", pdf.TextOf(), StringComparison.Ordinal);
        Assert.True(text.IsError is not true);
        Assert.Equal(HealthStatus.Healthy, health.Status);
        Assert.Contains("media: PDF cannot be read, everything else can", health.Entries["modules"].Description, StringComparison.Ordinal);
        Assert.Equal(["module=media 1"], metrics.Gauge("mcp_module_health"));
    }

    [Fact]
    public async Task A_reader_that_takes_too_long_is_ended()
    {
        var clock = new ManualTimeProvider();
        using var reader = ReaderOf("echo $$ > pid; exec sleep 600", out var folder, clock);

        var reading = reader.ReadAsync("%PDF-"u8.ToArray(), Token);
        string pid;
        while ((pid = File.Exists(Path.Combine(folder, "pid")) ? await File.ReadAllTextAsync(Path.Combine(folder, "pid"), Token) : "").Length < 2)
        {
            Token.ThrowIfCancellationRequested();
        }

        clock.Advance(TimeSpan.FromSeconds(31));
        var refused = await Assert.ThrowsAsync<McpException>(() => reading);

        Assert.Contains("took longer than 30 s", refused.Message, StringComparison.Ordinal);
        while (Directory.Exists($"/proc/{pid.Trim()}"))
        {
            Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    [Fact]
    public async Task A_reader_that_writes_without_end_is_ended()
    {
        using var reader = ReaderOf("exec yes", out _);

        var refused = await Assert.ThrowsAsync<McpException>(() => reader.ReadAsync("%PDF-"u8.ToArray(), Token));

        Assert.Contains("Split it", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_sees_nothing_of_the_workers_environment()
    {
        using var reader = ReaderOf("echo '<pre>'; env; echo '</pre>'", out _);

        var seen = await reader.ReadAsync("%PDF-"u8.ToArray(), Token);

        Assert.Equal(["LC_ALL", "PATH"], seen.Text.Split('\n').Select(line => line.Split('=')[0].Trim()).Except(["PWD", "_", "SHLVL", "OLDPWD"]).Order(StringComparer.Ordinal));
    }

    private static string Base64(byte[] bytes) => Convert.ToBase64String(bytes);

    /// <summary>A pdftotext that the test wrote.</summary>
    private static PdfReader ReaderOf(string script, out string folder, TimeProvider? clock = null)
    {
        folder = Directory.CreateTempSubdirectory("pdf-reader-").FullName;
        var path = Path.Combine(folder, "pdftotext");
        File.WriteAllText(path, $"#!/bin/sh\ncd '{folder}'\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        }

        return new PdfReader(new ProgramFolders($"{folder}:/usr/bin:/bin"), clock ?? TimeProvider.System, NullLogger<PdfReader>.Instance);
    }
}
