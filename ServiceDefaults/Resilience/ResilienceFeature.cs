using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ServiceDefaults.Resilience;

internal static class ResilienceFeature
{
    /// <summary>Every client of the factory repeats what is safe to repeat (S-009).</summary>
    public static void AddHttpResilience(this WebApplicationBuilder builder) =>
        builder.Services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(static services =>
            new RepeatingHandler(services.GetRequiredService<TimeProvider>())));
}
