using System.Security.Cryptography;

namespace ServiceDefaults.Instances;

/// <summary>Who this process is among the instances of its service.</summary>
public sealed class InstanceIdentity(ServiceIdentity service, TimeProvider clock)
{
    public string Id { get; } = $"{service.Name}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    public string Service { get; } = service.Name;

    public DateTimeOffset StartedAt { get; } = clock.GetUtcNow();
}
