using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ServiceDefaults.Limits;

/// <summary>What the operating system allows this process, as far as a service must know.</summary>
internal static class LimitsFeature
{
    public static void AddLimits(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(new OpenFileLimitSource());
        builder.Services.AddHostedService<OpenFileLimit>();
    }
}
