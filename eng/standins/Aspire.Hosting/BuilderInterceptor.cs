using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>Lets a test take part in the AppHost's own <c>Main</c>: it is called at the four turning points of the builder it flows to.</summary>
internal abstract class BuilderInterceptor
{
    private static readonly AsyncLocal<BuilderInterceptor?> Flowing = new();

    /// <summary>The interceptor of the current flow of execution; null outside of tests.</summary>
    public static BuilderInterceptor? Current
    {
        get => Flowing.Value;
        set => Flowing.Value = value;
    }

    public virtual void Constructing(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
    }

    public virtual void Constructed(DistributedApplicationBuilder builder)
    {
    }

    public virtual void Building(DistributedApplicationBuilder builder)
    {
    }

    public virtual void Built(DistributedApplication application)
    {
    }
}
