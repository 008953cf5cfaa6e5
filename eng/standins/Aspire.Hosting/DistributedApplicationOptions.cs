using System.Reflection;

namespace Aspire.Hosting;

/// <summary>How the application is made.</summary>
public sealed class DistributedApplicationOptions
{
    public string[]? Args { get; set; }

    /// <summary>The assembly of the AppHost; the entry assembly when null.</summary>
    public string? AssemblyName { get; set; }

    /// <summary>The folder of the AppHost project; the one it was built from when null.</summary>
    public string? ProjectDirectory { get; set; }

    public bool DisableDashboard { get; set; }

    /// <summary>Whether the output of resources also goes to the AppHost's log.</summary>
    public bool EnableResourceLogging { get; set; }

    internal Assembly? AppHostAssembly => AssemblyName is null ? Assembly.GetEntryAssembly() : Assembly.Load(AssemblyName);
}
