using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ServiceDefaults.Logging.Redaction;

namespace ServiceDefaults.RequestIds;

/// <summary>
/// Gives every request an id: the caller's own when it is well formed, else a new one. The response returns it, every log
/// line carries it, and services pass it on, so that one id finds a call everywhere.
/// </summary>
public sealed partial class RequestIdMiddleware(RequestDelegate next, ILogger<RequestIdMiddleware> logger)
{
    public const string HeaderName = "X-Request-ID";

    public async Task InvokeAsync(HttpContext context)
    {
        var given = context.Request.Headers[HeaderName];
        var id = given is [{ } single] && WellFormed().IsMatch(single) && IsHarmless(single) ? single : Guid.NewGuid().ToString("N");
        context.TraceIdentifier = id;

        // Set at the last moment, because error handlers clear what was set before them.
        context.Response.OnStarting(static state =>
        {
            var response = ((HttpContext)state).Response;
            response.Headers[HeaderName] = response.HttpContext.TraceIdentifier;
            return Task.CompletedTask;
        }, context);

        using (logger.BeginScope(new RequestIdScope(id)))
        {
            await next(context);
        }
    }

    /// <summary>Ids are in every log; a credential sent as one is not to be.</summary>
    private static bool IsHarmless(string id) => ReferenceEquals(SecretText.Redact(id), id);

    [GeneratedRegex("^[A-Za-z0-9._-]{1,64}\\z", RegexOptions.None, 1000)]
    private static partial Regex WellFormed();
}
