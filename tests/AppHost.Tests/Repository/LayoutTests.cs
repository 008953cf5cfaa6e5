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
    [InlineData("Aspire.Hosting.AppHost", "AppHost", "CreateBuilder(", "AppHost")]
    [InlineData("Aspire.Hosting.PostgreSQL", "AppHost", "AddPostgres(", "AppHost")]
    [InlineData("Aspire.Hosting.Redis", "AppHost", "AddRedis(", "AppHost")]
    [InlineData("Aspire.Npgsql", "ServiceDefaults", "AddNpgsqlDataSource(", "McpGateway", "McpWorker", "BackupService")]
    [InlineData("Aspire.StackExchange.Redis", "ServiceDefaults", "AddRedisClient(", "McpGateway", "McpWorker", "BackupService")]
    [InlineData("OpenTelemetry.Exporter.Prometheus.AspNetCore", "ServiceDefaults", "AddPrometheusExporter(", "ServiceDefaults")]
    [InlineData("ModelContextProtocol.AspNetCore", "McpWorker", "MapMcp(", "McpWorker")]
    [InlineData("Aspire.Hosting.Testing", "tests/AppHost.Tests", "DistributedApplicationTestingBuilder.CreateAsync", "tests/AppHost.Tests/EndToEnd")]
    [Trait("Requirement", "S-002")]
    public void Each_package_of_the_design_card_is_named_and_used(string package, string namedBy, string use, params string[] users)
    {
        var projects = Directory.GetFiles(Path.Combine(Root, namedBy), "*.csproj").Select(path => XDocument.Load(path));
        var references = projects.SelectMany(project => project.Descendants("PackageReference")).Select(reference => reference.Attribute("Include")?.Value);

        Assert.Contains(package, references);
        Assert.All(users, user => Assert.Contains(
            RepositoryFiles.Tracked("*.cs").Where(path => path.StartsWith($"{user}/", StringComparison.Ordinal)),
            path => File.ReadAllText(Path.Combine(Root, path)).Contains(use, StringComparison.Ordinal)));
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
        Assert.InRange(program.Split('\n').Length, 1, 80);
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
