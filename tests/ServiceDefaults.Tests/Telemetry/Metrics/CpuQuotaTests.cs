using ServiceDefaults.Telemetry.Metrics.Usage;

namespace ServiceDefaults.Tests.Telemetry.Metrics;

[Trait("Requirement", "S-190")]
public sealed class CpuQuotaTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory();

    [Fact]
    public void Without_a_quota_it_is_what_the_process_may_run_on()
    {
        Write("proc/self/cgroup", "0::/");
        Write("sys/fs/cgroup/cpu.max", "max 100000");

        Assert.Equal(8, Cores(8));
    }

    [Fact]
    public void A_container_sees_its_quota_at_the_root()
    {
        Write("proc/self/cgroup", "0::/");
        Write("sys/fs/cgroup/cpu.max", "50000 100000");

        Assert.Equal(0.5, Cores(8));
    }

    [Fact]
    public void The_smallest_quota_of_the_groups_around_counts()
    {
        Write("proc/self/cgroup", "0::/mcp.slice/gateway.service");
        Write("sys/fs/cgroup/mcp.slice/cpu.max", "150000 100000");
        Write("sys/fs/cgroup/mcp.slice/gateway.service/cpu.max", "300000 100000");

        Assert.Equal(1.5, Cores(8));
    }

    [Fact]
    public void Version_one_has_its_files_elsewhere()
    {
        Write("proc/self/cgroup", "5:memory:/docker/1f\n4:cpu,cpuacct:/docker/1f\n0::/");
        Write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "250000");
        Write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000");
        Write("sys/fs/cgroup/cpu/docker/1f/cpu.cfs_quota_us", "-1");
        Write("sys/fs/cgroup/cpu/docker/1f/cpu.cfs_period_us", "100000");

        Assert.Equal(2.5, Cores(8));
    }

    [Fact]
    public void More_quota_than_cores_are_the_cores()
    {
        Write("proc/self/cgroup", "0::/");
        Write("sys/fs/cgroup/cpu.max", "900000 100000");

        Assert.Equal(2, Cores(2));
    }

    [Fact]
    public void A_system_without_control_groups_has_no_quota() => Assert.Equal(4, Cores(4));

    public void Dispose() => _root.Delete(recursive: true);

    private double Cores(int processors) => new CpuQuota(_root.FullName).Cores(processors);

    private void Write(string path, string text)
    {
        var file = Path.Combine(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text + "\n");
    }
}
