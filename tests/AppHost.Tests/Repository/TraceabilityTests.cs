using System.Diagnostics;

namespace AppHost.Tests.Repository;

public sealed class TraceabilityTests
{
    [Fact]
    public async Task The_committed_map_of_requirements_is_current()
    {
        var start = new ProcessStartInfo(Path.Combine(AppHostProcess.RepositoryRoot, "test.sh"), ["--coverage-map"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var map = Process.Start(start)!;

        var fresh = await map.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(AppHostProcess.RepositoryRoot, "docs", "traceability.md"), TestContext.Current.CancellationToken), fresh);
    }
}
