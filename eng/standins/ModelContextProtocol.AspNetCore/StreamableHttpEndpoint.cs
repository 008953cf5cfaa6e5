using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ModelContextProtocol.AspNetCore;

/// <summary>POST, GET and DELETE of https://modelcontextprotocol.io/specification/2026-07-28/basic/transports and its predecessors.</summary>
internal sealed class StreamableHttpEndpoint(
    IOptions<HttpServerTransportOptions> transportOptions,
    IOptions<McpServerOptions> sharedOptions,
    IOptionsFactory<McpServerOptions> freshOptions,
    SessionTable sessions,
    IHostApplicationLifetime lifetime,
    IServiceProvider services,
    ILoggerFactory loggers)
{
    private const int SessionNotFound = -32001;

    private readonly McpServerOptions _statelessOptions = Stateless(freshOptions.Create(Options.DefaultName));

    public bool HasSessions => transportOptions.Value.SessionMode is not HttpServerSessionMode.Stateless;

    public async Task PostAsync(HttpContext http)
    {
        if (!AcceptsBoth(http.Request))
        {
            await Wire.RefuseAsync(http, StatusCodes.Status406NotAcceptable, new Refusal("Accept must name application/json and text/event-stream."));
            return;
        }

        if (!http.Request.HasJsonContentType())
        {
            await Wire.RefuseAsync(http, StatusCodes.Status415UnsupportedMediaType, new Refusal("Content-Type must be application/json."));
            return;
        }

        if (await ReadAsync(http) is not { } message)
        {
            return;
        }

        var isSessionless = !HasSessions || Wire.IsModern(http.Request.Headers[Wire.ProtocolVersion].ToString().Trim());
        var options = await OptionsForAsync(http, isSessionless);
        var envelope = Envelope.Read(http.Request.Headers, message, options, transportOptions.Value.SessionMode);
        if (envelope.Refusal is not null)
        {
            await Wire.RefuseAsync(http, envelope.Status, envelope.Refusal, message);
            return;
        }

        message.Context = new JsonRpcMessageContext
        {
            User = http.User.Identity?.IsAuthenticated is true ? http.User : null,
            ProtocolVersion = http.Request.Headers[Wire.ProtocolVersion].ToString().Trim() is { Length: > 0 } version ? version : null,
        };

        if (isSessionless)
        {
            await AnswerAloneAsync(http, message, options, envelope.IsModern);
        }
        else if (await FindOrOpenAsync(http, message, options) is { } session)
        {
            using var lease = session.Use();
            await PumpAsync(http, message, session.Transport, isModern: false);
        }
    }

    public async Task GetAsync(HttpContext http)
    {
        if (await RefuseModernAsync(http))
        {
            return;
        }

        if (!Accepts(http.Request, "text/event-stream"))
        {
            await Wire.RefuseAsync(http, StatusCodes.Status406NotAcceptable, new Refusal("Accept must name text/event-stream."));
            return;
        }

        if (await FindAsync(http, about: null) is not { } session)
        {
            return;
        }

        if (!session.TryTakeStream())
        {
            await Wire.RefuseAsync(http, StatusCodes.Status409Conflict, new Refusal("This session already had its stream; initialize a new session."));
            return;
        }

        using var lease = session.Use();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        await using var pump = new ResponsePump(http.Response, transportOptions.Value.TimeProvider);
        pump.BeginStream();
        var keepAlive = pump.KeepAliveAsync(ended.Token);
        await session.Transport.HandleGetRequestAsync(pump, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ended.CancelAsync();
        await keepAlive;
    }

    public async Task DeleteAsync(HttpContext http)
    {
        if (await RefuseModernAsync(http) || sessions.Find(http.Request.Headers[Wire.SessionId].ToString()) is not { } session)
        {
            return;
        }

        if (!session.BelongsTo(http.User))
        {
            await RefuseStrangerAsync(http, about: null);
            return;
        }

        await sessions.EndAsync(session);
    }

    private static McpServerOptions Stateless(McpServerOptions options)
    {
        // The request's own services are used, which end with it anyway.
        options.ScopeRequests = false;
        return options;
    }

    private async Task<McpServerOptions> OptionsForAsync(HttpContext http, bool isSessionless)
    {
        if (transportOptions.Value.ConfigureSessionOptions is not { } configure)
        {
            return isSessionless ? _statelessOptions : sharedOptions.Value;
        }

        var options = freshOptions.Create(Options.DefaultName);
        await configure(http, isSessionless ? Stateless(options) : options, http.RequestAborted);
        return options;
    }

    private static async Task<JsonRpcMessage?> ReadAsync(HttpContext http)
    {
        try
        {
            if (await JsonSerializer.DeserializeAsync(http.Request.Body, Wire.Message, http.RequestAborted) is { } message)
            {
                return message;
            }
        }
        catch (JsonException)
        {
            // Answered below, as for the literal null.
        }
        catch (BadHttpRequestException exception)
        {
            await Wire.RefuseAsync(http, exception.StatusCode, new Refusal(McpErrorCode.InvalidRequest, exception.Message));
            return null;
        }

        var refusal = new Refusal(McpErrorCode.InvalidRequest, "The body must be one JSON-RPC 2.0 message; batches and null ids are not accepted.");
        await Wire.RefuseAsync(http, StatusCodes.Status400BadRequest, refusal);
        return null;
    }

    private async Task AnswerAloneAsync(HttpContext http, JsonRpcMessage message, McpServerOptions options, bool isModern)
    {
        var transport = new StreamableHttpServerTransport(loggers) { Stateless = true };
        await using var server = McpServer.Create(transport, options, loggers, http.RequestServices);
        http.Features.Set(server);
        using var ended = new CancellationTokenSource();
        var run = server.RunAsync(ended.Token);
        try
        {
            await PumpAsync(http, message, transport, isModern);
        }
        finally
        {
            await transport.DisposeAsync();
            await ended.CancelAsync();
            await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PumpAsync(HttpContext http, JsonRpcMessage message, StreamableHttpServerTransport transport, bool isModern)
    {
        await using var pump = new ResponsePump(http.Response, transportOptions.Value.TimeProvider);
        pump.BeginStream();
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var keepAlive = message is JsonRpcRequest ? pump.KeepAliveAsync(answered.Token) : Task.CompletedTask;
        try
        {
            if (!await transport.HandlePostRequestAsync(message, pump, isModern ? pump.OnFirstMessageAsync : null, http.RequestAborted))
            {
                http.Response.ContentType = null;
                http.Response.StatusCode = StatusCodes.Status202Accepted;
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client left; on modern that is its way to cancel.
        }
        finally
        {
            await answered.CancelAsync();
            await keepAlive;
        }
    }

    private async Task<HttpSession?> FindOrOpenAsync(HttpContext http, JsonRpcMessage message, McpServerOptions options)
    {
        if (http.Request.Headers.ContainsKey(Wire.SessionId))
        {
            return await FindAsync(http, message);
        }

        if (message is not JsonRpcRequest { Method: "initialize" })
        {
            await Wire.RefuseAsync(http, StatusCodes.Status400BadRequest, new Refusal($"{Wire.SessionId} is missing; initialize opens a session."), message);
            return null;
        }

        var transport = new StreamableHttpServerTransport(loggers) { SessionId = SessionTable.NewId(), FlowExecutionContextFromRequests = true };
        var server = McpServer.Create(transport, options, loggers, services);
        var session = new HttpSession(transport.SessionId, transport, server, http.User, transportOptions.Value.TimeProvider);
        session.Start();
        sessions.Add(session);
        http.Response.Headers[Wire.SessionId] = session.Id;
        http.Features.Set(server);
        return session;
    }

    private async Task<HttpSession?> FindAsync(HttpContext http, JsonRpcMessage? about)
    {
        var id = http.Request.Headers[Wire.SessionId].ToString();
        if (id.Length == 0)
        {
            await Wire.RefuseAsync(http, StatusCodes.Status400BadRequest, new Refusal($"{Wire.SessionId} is missing."), about);
            return null;
        }

        if (sessions.Find(id) is not { } session)
        {
            var refusal = new Refusal(SessionNotFound, "Session not found: it ended, or belongs to another instance. Initialize a new one.");
            await Wire.RefuseAsync(http, StatusCodes.Status404NotFound, refusal, about);
            return null;
        }

        if (!session.BelongsTo(http.User))
        {
            await RefuseStrangerAsync(http, about);
            return null;
        }

        http.Response.Headers[Wire.SessionId] = session.Id;
        http.Features.Set(session.Server);
        return session;
    }

    private static Task RefuseStrangerAsync(HttpContext http, JsonRpcMessage? about) =>
        Wire.RefuseAsync(http, StatusCodes.Status403Forbidden, new Refusal("This session was opened by another user."), about);

    private static async Task<bool> RefuseModernAsync(HttpContext http)
    {
        var version = http.Request.Headers[Wire.ProtocolVersion].ToString().Trim();
        if (Wire.IsModern(version))
        {
            http.Response.Headers.Allow = HttpMethods.Post;
            await Wire.RefuseAsync(http, StatusCodes.Status405MethodNotAllowed, new Refusal($"Protocol version {version} knows only POST."));
            return true;
        }

        if (version.Length == 0 || Wire.Legacy.Contains(version, StringComparer.Ordinal))
        {
            return false;
        }

        await Wire.RefuseAsync(http, StatusCodes.Status400BadRequest, Refusal.UnsupportedVersion(version, [.. Wire.Legacy, Wire.Modern]));
        return true;
    }

    private static bool AcceptsBoth(HttpRequest request) => Accepts(request, "application/json") && Accepts(request, "text/event-stream");

    private static bool Accepts(HttpRequest request, string mediaType) =>
        request.GetTypedHeaders().Accept.Any(range => range.Quality is not 0 && new Microsoft.Net.Http.Headers.MediaTypeHeaderValue(mediaType).IsSubsetOf(range));
}
