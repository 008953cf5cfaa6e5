using System.Diagnostics;
using System.Security.Cryptography;
using McpGateway.Forwarding;

namespace McpGateway.RequestIds;

/// <summary>Takes the caller's request id when it is a harmless one, else makes one; answers and log lines carry it.</summary>
internal sealed class RequestIdMiddleware(RequestDelegate next, ILogger<RequestIdMiddleware> logger)
{
    private const int MaxLength = 64;

    private static readonly System.Buffers.SearchValues<char> Allowed =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    public async Task InvokeAsync(HttpContext context)
    {
        var given = context.Request.Headers[ForwardedHeaders.RequestId];
        var id = given.Count == 1 && IsHarmless(given[0]!) ? given[0]! : RandomNumberGenerator.GetHexString(20, lowercase: true);
        context.TraceIdentifier = id;
        context.Response.Headers[ForwardedHeaders.RequestId] = id;
        Activity.Current?.SetTag("request_id", id);
        using (logger.BeginScope(new RequestScope(id)))
        {
            await next(context);
        }
    }

    private static bool IsHarmless(string id) => id.Length is > 0 and <= MaxLength && !id.AsSpan().ContainsAnyExcept(Allowed);

    /// <summary>What structured loggers read a scope as: one field, without the cost of a dictionary.</summary>
    private sealed class RequestScope(string id) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public int Count => 1;

        public KeyValuePair<string, object?> this[int index] =>
            index == 0 ? new("request_id", id) : throw new ArgumentOutOfRangeException(nameof(index));

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
        {
            yield return this[0];
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => $"request_id:{id}";
    }
}
