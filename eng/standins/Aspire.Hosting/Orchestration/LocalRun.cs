using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Orchestration;

/// <summary>What the parts of one run share: where its state lies, its mark, and what has been said of each instance.</summary>
internal sealed class LocalRun
{
    private readonly ConcurrentDictionary<string, string> _reasons = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, ResourceLabel> _labels = new(StringComparer.OrdinalIgnoreCase);

    public LocalRun(IConfiguration configuration, IHostEnvironment environment, DistributedApplicationOptions options, TimeProvider clock)
    {
        Folder = Path.GetFullPath(configuration["LocalState"] is { Length: > 0 } given
            ? given
            : Path.Combine(environment.ContentRootPath, "..", ".local"));
        AppHost = environment.ContentRootPath;
        Version = options.AppHostAssembly?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        ShowsOnTerminal = configuration.GetValue("LocalTerminal", true);
        RandomizesPorts = configuration.GetValue("DcpPublisher:RandomizePorts", false);
        Clock = clock;
        StartedAt = clock.GetUtcNow();
    }

    /// <summary>Configuration <c>LocalState</c>; else <c>.local</c> beside that folder.</summary>
    public string Folder { get; }

    public string LogFolder => Path.Combine(Folder, "logs");

    public string AppHost { get; }

    public string Version { get; }

    public bool ShowsOnTerminal { get; }

    public bool RandomizesPorts { get; }

    public TimeProvider Clock { get; }

    public DateTimeOffset StartedAt { get; }

    public RunMark Mark { get; } = RunMark.Create();

    /// <summary>How people know an instance: its resource's name, with a number if it is one of several.</summary>
    public ResourceLabel LabelOf(string instanceId) => _labels.GetValueOrDefault(instanceId) ?? new(instanceId, null);

    public void Label(string instanceId, ResourceLabel label) => _labels[instanceId] = label;

    /// <summary>Why an instance failed; null while it has not.</summary>
    public string? ReasonOf(string instanceId) => _reasons.GetValueOrDefault(instanceId);

    public void Explain(string instanceId, string reason) => _reasons[instanceId] = reason;

    public void Forget(string instanceId) => _reasons.TryRemove(instanceId, out _);

    /// <summary>Cancelled when the run begins to stop.</summary>
    public CancellationTokenSource Stopping { get; } = new();

    /// <summary>How many resources and instances there are.</summary>
    public int Instances { get; set; }

    /// <summary>Whether something failed and has not been mended since.</summary>
    public bool HasFailures => !_reasons.IsEmpty;
}

/// <summary>The name an instance is shown under and the file of its output.</summary>
internal sealed record ResourceLabel(string Name, string? Log);
