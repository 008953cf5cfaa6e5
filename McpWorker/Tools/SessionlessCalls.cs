using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using McpWorker.InternalAccess;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServiceDefaults;

namespace McpWorker.Tools;

/// <summary>
/// Serves requests of older protocol versions that stand alone: scripts and probes that send <c>tools/call</c> without
/// <c>initialize</c> before it. The HTTP layer serves them either all alone or none; with sessions on, none.
/// </summary>
internal sealed class SessionlessCalls(RequestDelegate next, IOptionsFactory<McpServerOptions> options, ILoggerFactory loggers)
{
    private const string SessionHeader = "Mcp-Session-Id";
    private const string VersionHeader = "MCP-Protocol-Version";

    private static readonly HashSet<string> OlderVersions = new(["", .. McpVersions.Older], StringComparer.Ordinal);
    private static readonly JsonTypeInfo<JsonRpcMessage> Message = (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));

    public Task InvokeAsync(HttpContext http) =>
        http.Features.Get<MessageHead>() is { } head && StandsAlone(http.Request, head) ? AnswerAsync(http, head) : next(http);

    private static bool StandsAlone(HttpRequest request, MessageHead head) =>
        head is { Id: not null, IsModern: false, Method: not (RequestMethods.Initialize or "") }
        && HttpMethods.IsPost(request.Method)
        && !request.Headers.ContainsKey(SessionHeader)
        && OlderVersions.Contains(request.Headers[VersionHeader].ToString().Trim())
        && request.HasJsonContentType()
        && Accepts(request, "application/json") && Accepts(request, "text/event-stream");

    private static bool Accepts(HttpRequest request, string mediaType) =>
        request.GetTypedHeaders().Accept.Any(range => range.Quality is not 0 && new Microsoft.Net.Http.Headers.MediaTypeHeaderValue(mediaType).IsSubsetOf(range));

    private async Task AnswerAsync(HttpContext http, MessageHead head)
    {
        if (await ReadAsync(http) is not { } message)
        {
            await WorkerRefusal.NotOneMessage.WriteAsync(http, head);
            return;
        }

        var version = http.Request.Headers[VersionHeader].ToString().Trim();
        message.Context = new JsonRpcMessageContext { User = http.User, ProtocolVersion = version.Length > 0 ? version : null };
        var forThis = options.Create(Options.DefaultName);
        forThis.ScopeRequests = false;
        ToolsFeature.Serve(ToolsFeature.EndpointOf(http)!, head, forThis);

        var transport = new StreamableHttpServerTransport(loggers) { Stateless = true };
        await using var server = McpServer.Create(transport, forThis, loggers, http.RequestServices);
        using var ended = new CancellationTokenSource();
        var run = server.RunAsync(ended.Token);
        try
        {
            http.Response.ContentType = "text/event-stream";
            http.Response.Headers.CacheControl = "no-cache,no-store";
            http.Response.Headers["X-Accel-Buffering"] = "no";
            http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await transport.HandlePostRequestAsync(message, http.Response.Body, http.RequestAborted);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer any more.
        }
        finally
        {
            await transport.DisposeAsync();
            await ended.CancelAsync();
            await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<JsonRpcMessage?> ReadAsync(HttpContext http)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.Body, Message, http.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
