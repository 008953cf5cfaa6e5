using Testing;

namespace ServiceDefaults.Tests.Telemetry;

/// <summary>Every collector of a process hears every span of it.</summary>
[CollectionDefinition(Alone.Name, DisableParallelization = true)]
public sealed class RunsAlone;
