using System.Text;
using System.Text.RegularExpressions;
using ServiceDefaults.Logging;
using ServiceDefaults.Logging.Files;
using ServiceDefaults.Settings.Catalog;
using ServiceDefaults.Settings.Schema;
using ServiceDefaults.Tests.Settings;
using YamlDotNet.RepresentationModel;

namespace ServiceDefaults.Tests.Deploy;

/// <summary>The shipped configuration of other programs that read our logs, each given to that program where it can be had.</summary>
public sealed class LogShippingTests : IDisposable
{
    private const string LogFolder = "/var/log/mcp-server/";

    private readonly string _folder = Directory.CreateTempSubdirectory("mcp-shipping-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [Trait("Requirement", "S-219")]
    [Trait("Requirement", "S-220")]
    [Trait("Requirement", "S-221")]
    [Trait("Requirement", "S-222")]
    [InlineData("filebeat.yml")]
    [InlineData("fluentd.conf")]
    [InlineData("fluentd-index.conf")]
    [InlineData("rsyslog-mcp.conf")]
    [InlineData("logrotate.conf")]
    public void Each_reads_the_folder_the_services_are_told_to_write_to(string file)
    {
        var example = SettingsSchema.Product.Definitions.Single(definition => definition.Name == "MCP_LOG_FILE").Setting.Description;

        Assert.Contains(LogFolder + "mcp.log", example, StringComparison.Ordinal);
        Assert.Contains(LogFolder + "*.log", Text(file), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-219")]
    public void Filebeat_reads_lines_as_json_and_writes_an_index_a_day()
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(Text("filebeat.yml")));
        var root = (YamlMappingNode)stream.Documents[0].RootNode;
        var input = (YamlMappingNode)((YamlSequenceNode)root["filebeat.inputs"]).Single();

        Assert.Equal(LogFolder + "*.log", ((YamlSequenceNode)input["paths"]).Single().ToString());
        Assert.Equal("true", input["json.keys_under_root"].ToString());
        Assert.Equal("true", input["json.add_error_key"].ToString());
        var output = (YamlMappingNode)root["output.elasticsearch"];
        Assert.Equal("elasticsearch:9200", ((YamlSequenceNode)output["hosts"]).Single().ToString());
        Assert.Equal("mcp-logs-%{+yyyy.MM.dd}", output["index"].ToString());
        Assert.Equal("mcp-logs-*", root["setup.template.pattern"].ToString());
    }

    [Theory]
    [Trait("Requirement", "S-220")]
    [InlineData("fluentd.conf", "mcp.server", "logstash_format true|logstash_prefix mcp")]
    [InlineData("fluentd-index.conf", "mcp-server", "index_name mcp-server-logs")]
    public void Fluentd_tails_parses_and_buffers(string file, string tag, string output)
    {
        var settings = Text(file).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#').ToList();

        Assert.All(
            ["@type tail", $"tag {tag}", "@type json", "@type elasticsearch", "host elasticsearch", "port 9200", "@type file", "flush_interval 10s", .. output.Split('|')],
            expected => Assert.Contains(expected, settings));
        Assert.Contains(settings, line => line.StartsWith("pos_file ", StringComparison.Ordinal));

        // D-20: the old `format json` is no setting any more.
        Assert.DoesNotContain(settings, line => line.StartsWith("format ", StringComparison.Ordinal));
        Assert.Equal(
            settings.Count(line => Regex.IsMatch(line, "^<[a-z]", RegexOptions.None, TimeSpan.FromSeconds(1))),
            settings.Count(line => line.StartsWith("</", StringComparison.Ordinal)));
    }

    [Fact]
    [Trait("Requirement", "S-221")]
    public async Task Rsyslog_accepts_its_configuration_and_forwards_nothing_but_ours()
    {
        var (exitCode, output) = await Tool.RunAsync("rsyslogd", "-N1", "-f", Repository.PathOf("deploy/logging/rsyslog-mcp.conf"));
        var text = Text("rsyslog-mcp.conf");

        Assert.True(exitCode == 0, output);
        Assert.All(
            (string[])["module(load=\"imfile\")", "Tag=\"mcp\"", "Severity=\"info\"", "Facility=\"local0\"", "target=\"logserver\"", "port=\"514\"", "protocol=\"tcp\"", "StreamDriver=\"gtls\""],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.DoesNotContain("*.* @", text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-222")]
    public async Task Logrotate_accepts_its_configuration_and_no_line_is_lost_while_it_rotates()
    {
        var (exitCode, checkedOutput) = await Tool.RunAsync("logrotate", "--debug", Repository.PathOf("deploy/logging/logrotate.conf"));
        Assert.True(exitCode == 0, checkedOutput);
        Assert.DoesNotContain("error:", checkedOutput, StringComparison.Ordinal);

        var main = Path.Combine(_folder, "mcp.log");
        var configuration = Path.Combine(_folder, "logrotate.conf");
        await File.WriteAllTextAsync(configuration, Text("logrotate.conf").Replace(LogFolder, _folder + "/", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var options = new LoggingOptions { File = main, MaxBytes = 0 };
        using (var writer = new LogLineWriter(Stream.Null, 1_000, LogFiles.From(options, TimeProvider.System)))
        {
            var number = 0;
            for (var round = 0; round < 2; round++)
            {
                await WriteUntilAsync(writer, () => File.Exists(main) && new FileInfo(main).Length > 0, () => number++);
                var (rotated, output) = await Tool.RunAsync("logrotate", "--force", "--state", Path.Combine(_folder, "state"), configuration);
                Assert.True(rotated == 0, output);
            }

            await WriteUntilAsync(writer, () => File.Exists(main) && new FileInfo(main).Length > 0, () => number++);
            Assert.True(number > 0);
        }

        var lines = new List<int>();
        foreach (var file in Directory.EnumerateFiles(_folder, "mcp.log*"))
        {
            await using var raw = File.OpenRead(file);
            await using Stream stream = file.EndsWith(".gz", StringComparison.Ordinal) ? new System.IO.Compression.GZipStream(raw, System.IO.Compression.CompressionMode.Decompress) : raw;
            using var reader = new StreamReader(stream);
            lines.AddRange((await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse));
        }

        Assert.Equal(Enumerable.Range(0, lines.Count), lines.Order());
        Assert.True(Directory.EnumerateFiles(_folder, "mcp.log*").Count() >= 3);
    }

    [Fact]
    [Trait("Requirement", "S-333")]
    public void The_units_may_open_more_files_than_65536()
    {
        var text = File.ReadAllText(Repository.PathOf("deploy/systemd/mcp-server.service.d/limits.conf"));

        var limit = Regex.Match(text, "^LimitNOFILE=(?<limit>[0-9]+)$", RegexOptions.Multiline, TimeSpan.FromSeconds(1));

        Assert.True(int.Parse(limit.Groups["limit"].Value, System.Globalization.CultureInfo.InvariantCulture) > 65_536);
    }

    private static string Text(string file) => File.ReadAllText(Repository.PathOf($"deploy/logging/{file}"));

    private static async Task WriteUntilAsync(LogLineWriter writer, Func<bool> isSeen, Func<int> next)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var attempt = 0; attempt < 1_000 && !isSeen(); attempt++)
        {
            writer.Write(new LogLine(Encoding.UTF8.GetBytes($"{next()}\n"), LogTargets.Main));
            await pause.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        Assert.True(isSeen());
    }
}
