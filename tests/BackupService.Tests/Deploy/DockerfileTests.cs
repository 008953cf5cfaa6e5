using ServiceDefaults;
using ServiceDefaults.Database;

namespace BackupService.Tests.Deploy;

public sealed class DockerfileTests
{
    public static TheoryData<string, string> Services => new()
    {
        { "gateway", "McpGateway" },
        { "worker", "McpWorker" },
        { "backup", "BackupService" },
    };

    [Theory]
    [MemberData(nameof(Services))]
    [Trait("Requirement", "S-015")]
    public void Packages_are_restored_before_the_source_is_copied_and_published(string image, string service)
    {
        var file = Dockerfile.Read(image);

        var restore = file.IndexOf($"dotnet restore --locked-mode {service}/{service}.csproj");
        var copy = file.IndexOf("COPY . .");
        var publish = file.IndexOf("dotnet publish -c Release");
        var final = file.Instructions.ToList().FindLastIndex(line => line.StartsWith("FROM ", StringComparison.Ordinal));

        Assert.True(restore < copy && copy < publish && publish < final);
        Assert.Contains("/aspnet:10.0", file.Instructions[final], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Every_project_and_lock_file_is_there_before_the_restore(string image, string service)
    {
        var file = Dockerfile.Read(image);
        var copied = file.Instructions.Take(file.IndexOf("dotnet restore"))
            .Where(line => line.StartsWith("COPY ", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ')[1..^1])
            .ToHashSet(StringComparer.Ordinal);

        var needed = Dockerfile.ProjectsOf(service).SelectMany(project => new[] { project, $"{Path.GetDirectoryName(project)}/packages.lock.json" });

        Assert.Empty(needed.Except(copied, StringComparer.Ordinal));
        Assert.DoesNotContain(copied, path => !File.Exists(Path.Combine(Dockerfile.Repository, path)));
    }

    [Theory]
    [MemberData(nameof(Services))]
    [Trait("Requirement", "S-016")]
    public void It_runs_as_the_user_mcp_1001(string image, string service)
    {
        var file = Dockerfile.Read(image);

        file.IndexOf("groupadd --gid 1001 mcp");
        file.IndexOf("useradd --uid 1001 --gid 1001");
        Assert.Equal("USER mcp", file.Instructions.Last(line => line.StartsWith("USER ", StringComparison.Ordinal)));
        Assert.True(file.IndexOf("USER mcp") < file.IndexOf($"ENTRYPOINT [\"dotnet\", \"{service}.dll\"]"));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void It_starts_one_program_that_listens_where_the_settings_say_and_can_be_asked_for_its_health(string image, string service)
    {
        var file = Dockerfile.Read(image);
        var identity = new[] { ServiceIdentity.Gateway, ServiceIdentity.Worker, ServiceIdentity.Backup }.Single(identity => identity.Name == image);

        Assert.Single(file.Instructions, line => line.StartsWith("ENTRYPOINT", StringComparison.Ordinal));
        Assert.DoesNotContain(file.Instructions, line => line.StartsWith("CMD", StringComparison.Ordinal));
        file.IndexOf($"EXPOSE {identity.DefaultPort} {identity.DefaultMetricsPort}");
        file.IndexOf($"CMD [\"dotnet\", \"{service}.dll\", \"--healthcheck\"]");
        file.IndexOf("ASPNETCORE_HTTP_PORTS=\"\"");
        file.IndexOf("ASPNETCORE_ENVIRONMENT=Production");
    }

    [Fact]
    [Trait("Requirement", "S-276")]
    public void The_backup_image_has_the_tools_of_the_one_postgres_version()
    {
        var file = Dockerfile.Read("backup");

        file.IndexOf($"ARG POSTGRES_MAJOR={PostgresRelease.Containers}");
        file.IndexOf("\"postgresql-$POSTGRES_MAJOR\" \"postgresql-client-$POSTGRES_MAJOR\"");
    }

    [Fact]
    public void The_worker_image_has_what_its_modules_call()
    {
        Dockerfile.Read("worker").IndexOf("nodejs poppler-utils");
    }

    [Fact]
    public void The_gateway_image_has_no_shell()
    {
        var final = Dockerfile.Read("gateway").Instructions.Last(line => line.StartsWith("FROM ", StringComparison.Ordinal));

        Assert.EndsWith("-chiseled", final, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_secret_or_local_enters_the_build_context()
    {
        var ignored = File.ReadAllLines(Path.Combine(Dockerfile.Repository, ".dockerignore"));

        Assert.Subset(ignored.ToHashSet(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal) { ".git", ".local", ".env", "**/*.key", "**/artifacts" });
    }
}
