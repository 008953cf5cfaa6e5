namespace ServiceDefaults.Instances;

/// <summary>What one store knows of an instance.</summary>
/// <param name="Age">Time since its last heartbeat, measured by the store's own clock: machines' clocks may disagree.</param>
internal sealed record InstanceSighting(Instance Instance, TimeSpan Age);
