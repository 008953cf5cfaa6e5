namespace Aspire.Hosting;

/// <summary>What the AppHost was started for.</summary>
public enum DistributedApplicationOperation
{
    Run = 0,
    Publish = 1,
}

/// <inheritdoc cref="DistributedApplicationOperation"/>
public class DistributedApplicationExecutionContext(DistributedApplicationOperation operation)
{
    public DistributedApplicationOperation Operation { get; } = operation;

    public bool IsRunMode => Operation == DistributedApplicationOperation.Run;

    public bool IsPublishMode => Operation == DistributedApplicationOperation.Publish;
}
