using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace AppHost.Tests.Repository;

/// <summary>What a newcomer relies on when opening the repository.</summary>
public sealed partial class LayoutTests
{
    private static readonly string Root = AppHostProcess.RepositoryRoot;

    [Theory]
    [InlineData("AppHost/AppHost.csproj")]
    [InlineData("ServiceDefaults/ServiceDefaults.csproj")]
    [InlineData("McpGateway/McpGateway.csproj")]
    [InlineData("McpWorker/McpWorker.csproj")]
    [InlineData("BackupService/BackupService.csproj")]
    [InlineData("tests")]
    [InlineData("Aspire.sln")]
    [InlineData("aspire-manifest.json")]
    [InlineData("README.md")]
    [Trait("Requirement", "S-001")]
    public void The_root_has_what_the_design_card_names(string path) =>
        Assert.True(Path.Exists(Path.Combine(Root, path)), path);

    [Fact]
    [Trait("Requirement", "S-001")]
    public void The_solution_lists_every_project()
    {
        var solution = File.ReadAllText(Path.Combine(Root, "Aspire.sln")).Replace('\\', '/');

        Assert.StartsWith("Microsoft Visual Studio Solution File", solution.TrimStart('\uFEFF', '\r', '\n'), StringComparison.Ordinal);
        Assert.All(RepositoryFiles.Tracked("*.csproj"), project => Assert.Contains(project, solution, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AppHost", "Aspire.Hosting.AppHost", "CreateBuilder")]
    [InlineData("AppHost", "Aspire.Hosting.PostgreSQL", "AddPostgres(")]
    [InlineData("AppHost", "Aspire.Hosting.Redis", "AddRedis(")]
    [InlineData("ServiceDefaults", "Aspire.Npgsql", "AddNpgsqlDataSource(")]
    [InlineData("ServiceDefaults", "Aspire.StackExchange.Redis", "AddRedisClient(")]
    [InlineData("ServiceDefaults", "OpenTelemetry.Exporter.Prometheus.AspNetCore", "AddPrometheusExporter(")]
    [InlineData("McpWorker", "ModelContextProtocol.AspNetCore", "MapMcp(")]
    [InlineData("tests/AppHost.Tests", "Aspire.Hosting.Testing", "DistributedApplicationTestingBuilder")]
    [Trait("Requirement", "S-002")]
    public void Each_package_of_the_design_card_is_named_and_used(string folder, string package, string use)
    {
        var projects = Directory.GetFiles(Path.Combine(Root, folder), "*.csproj").Select(path => XDocument.Load(path));
        var references = projects.SelectMany(project => project.Descendants("PackageReference")).Select(reference => reference.Attribute("Include")?.Value);
        var sources = RepositoryFiles.Tracked("*.cs").Where(path => path.StartsWith($"{folder}/", StringComparison.Ordinal))
            .Select(path => File.ReadAllText(Path.Combine(Root, path)));

        Assert.Contains(package, references);
        Assert.Contains(sources, source => source.Contains(use, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("McpGateway")]
    [InlineData("McpWorker")]
    [InlineData("BackupService")]
    [Trait("Requirement", "S-009")]
    public void Every_service_stands_on_the_shared_defaults(string service)
    {
        var program = File.ReadAllText(Path.Combine(Root, service, "Program.cs"));

        Assert.Contains("AddServiceDefaults(", program, StringComparison.Ordinal);
        Assert.Contains("MapDefaultEndpoints()", program, StringComparison.Ordinal);
        Assert.InRange(program.Split('\n').Length, 1, 60);
    }

    [Theory]
    [InlineData("McpGateway")]
    [InlineData("McpWorker")]
    [InlineData("BackupService")]
    [Trait("Requirement", "S-031")]
    public void Services_run_with_server_garbage_collection_and_profile_guided_code(string service)
    {
        var configuration = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "..", "..", service, "debug", $"{service}.runtimeconfig.json"));

        Assert.Contains("\"System.GC.Server\": true", configuration, StringComparison.Ordinal);
        Assert.Contains("\"System.Runtime.TieredPGO\": true", configuration, StringComparison.Ordinal);
    }

    [Fact]
    public void The_AppHost_reads_as_one_screen()
    {
        var lines = File.ReadAllLines(Path.Combine(Root, "AppHost", "AppHost.cs"));

        Assert.InRange(lines.Length, 1, 60);
        Assert.DoesNotContain(lines, line => line.TrimStart().StartsWith("if ", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "S-057")]
    public void The_version_is_a_semantic_one_and_heads_the_changelog()
    {
        var version = XDocument.Load(Path.Combine(Root, "Directory.Build.props")).Descendants("Version").Single().Value;
        var newest = File.ReadLines(Path.Combine(Root, "CHANGELOG.md")).First(line => line.StartsWith("## ", StringComparison.Ordinal));

        Assert.Matches(SemVer, version);
        Assert.Equal(version, ServiceDefaults.ProductVersion.Current);
        Assert.StartsWith($"## {version}", newest, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_between_documents_lead_somewhere()
    {
        var broken =
            from document in RepositoryFiles.Tracked("*.md")
            from Match link in Link.Matches(File.ReadAllText(Path.Combine(Root, document)))
            let target = link.Groups["target"].Value
            where !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith('#')
            where !Path.Exists(Path.Combine(Root, Path.GetDirectoryName(document)!, target.Split('#')[0]))
            select $"{document}: {target}";

        Assert.Empty(broken);
    }

    [GeneratedRegex(@"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SemVer { get; }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link { get; }
}
