using ServiceDefaults.Telemetry.Metrics.Usage;

namespace ServiceDefaults.Tests.Telemetry.Metrics;

[Trait("Requirement", "S-171")]
public sealed class MemoryLimitTests : IDisposable
{
    private const long Machine = 16_384_000L * 1024;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory();

    public MemoryLimitTests() => Write("proc/meminfo", "MemTotal:       16384000 kB\nMemFree:        1 kB");

    [Fact]
    public void Without_a_limit_it_is_the_memory_of_the_machine()
    {
        Write("proc/self/cgroup", "0::/");
        Write("sys/fs/cgroup/memory.max", "max");

        Assert.Equal(Machine, Bytes());
    }

    [Fact]
    public void A_container_may_use_all_of_its_limit()
    {
        Write("proc/self/cgroup", "0::/");
        Write("sys/fs/cgroup/memory.max", "536870912");

        Assert.Equal(536_870_912, Bytes());
    }

    [Fact]
    public void The_smallest_limit_of_the_groups_around_counts()
    {
        Write("proc/self/cgroup", "0::/mcp.slice/gateway.service");
        Write("sys/fs/cgroup/mcp.slice/memory.max", "1073741824");
        Write("sys/fs/cgroup/mcp.slice/gateway.service/memory.max", "2147483648");

        Assert.Equal(1_073_741_824, Bytes());
    }

    [Fact]
    public void Version_one_has_its_files_elsewhere_and_a_huge_number_for_none()
    {
        Write("proc/self/cgroup", "5:memory:/docker/1f\n4:cpu,cpuacct:/docker/1f");
        Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
        Write("sys/fs/cgroup/memory/docker/1f/memory.limit_in_bytes", "268435456");

        Assert.Equal(268_435_456, Bytes());
    }

    [Theory]
    [InlineData("0x80000000")]
    [InlineData("80000000")]
    public void A_ceiling_of_the_heap_is_one_too(string heapLimit) => Assert.Equal(2_147_483_648, Bytes(heapLimit));

    [Fact]
    public void A_system_that_tells_nothing_is_taken_at_the_runtimes_word()
    {
        File.Delete(Path.Combine(_root.FullName, "proc/meminfo"));

        Assert.Equal(42, new MemoryLimit(_root.FullName).Bytes(42));
    }

    public void Dispose() => _root.Delete(recursive: true);

    private long Bytes(string? heapLimit = null) => new MemoryLimit(_root.FullName, heapLimit).Bytes(1);

    private void Write(string path, string text)
    {
        var file = Path.Combine(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text + "\n");
    }
}
