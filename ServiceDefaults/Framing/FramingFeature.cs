using Microsoft.AspNetCore.Builder;

namespace ServiceDefaults.Framing;

/// <summary>Where one request ends and the next begins: every service reads it alike, so that nothing hides between two of them.</summary>
public static class FramingFeature
{
    private const string NoBareLineFeeds = "Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators";

    public static void AddStrictFraming(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);

        // A bare line feed ends no header line: two parsers must not disagree on where a request begins.
        AppContext.SetSwitch(NoBareLineFeeds, true);
    }

    /// <summary>Early: nothing behind an ambiguous request can be trusted.</summary>
    public static void UseStrictFraming(this WebApplication app) => app.UseMiddleware<FramingMiddleware>();
}
