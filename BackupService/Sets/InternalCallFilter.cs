using ServiceDefaults.InternalCalls;
using ServiceDefaults.RequestIds;

namespace BackupService.Sets;

/// <summary>
/// Admits only calls that carry the platform's internal token for exactly this method and request, and whose caller may
/// do it. This service has no other callers.
/// </summary>
internal sealed class InternalCallFilter(string method, string permission) : IEndpointFilter
{
    public static Actor ActorOf(HttpContext context)
    {
        var call = (InternalCall)context.Items[typeof(InternalCall)]!;
        return new Actor(call.Caller.Name, call.RequestId);
    }

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var check = http.RequestServices.GetRequiredService<InternalTokens>().Verify(http.Request.Headers[InternalTokens.HeaderName]);

        if (check.Call is not { } call || call.Method != method || call.RequestId != http.Request.Headers[RequestIdMiddleware.HeaderName])
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status401Unauthorized,
                title: "Only the platform's own services may call this",
                detail: $"{InternalTokens.HeaderName} must hold a current token for '{method}' and this {RequestIdMiddleware.HeaderName}. People call the gateway.");
        }

        if (!Permissions.Allows(call.Caller.Permissions, permission))
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status403Forbidden, title: "Not allowed", detail: $"'{call.Caller.Name}' lacks the permission '{permission}'.");
        }

        http.Items[typeof(InternalCall)] = call;
        return await next(context);
    }
}
