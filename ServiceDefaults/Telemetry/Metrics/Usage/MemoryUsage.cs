namespace ServiceDefaults.Telemetry.Metrics.Usage;

/// <summary>Memory of this process.</summary>
internal static class MemoryUsage
{
    private static readonly MemoryLimit Limit = new(heapLimit: Environment.GetEnvironmentVariable("DOTNET_GCHeapHardLimit"));

    /// <summary>What is in RAM of it.</summary>
    public static long ResidentBytes => Environment.WorkingSet;

    /// <summary>Resident memory as a share of the limit: the container's, or the machine's memory where there is none.</summary>
    public static double PercentOfLimit => 100.0 * ResidentBytes / Limit.Bytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
}
