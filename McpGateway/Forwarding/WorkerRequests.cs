using System.Diagnostics;
using System.Net;
using McpGateway.Envelope;
using ServiceDefaults.Instances;
using ServiceDefaults.InternalCalls;

namespace McpGateway.Forwarding;

/// <summary>Makes the request a worker gets out of the one the caller sent.</summary>
internal sealed class WorkerRequests(InternalTokens tokens, SessionSeal seal)
{
    /// <summary>The legacy session a request names. False: it names one that is not the caller's, or none of ours.</summary>
    public bool TryOpenSession(HttpContext context, McpCall call, out WorkerSession? session)
    {
        session = null;
        var header = context.Request.Headers[ForwardedHeaders.SessionId];
        if (header.Count == 0 || ModernHeaders.Apply(context.Request.Headers, call.Envelope))
        {
            return true;
        }

        if (header.Count == 1 && seal.Open(header[0]!, call.Caller!.Identity.Subject, McpRoute.ServerOf(context)) is { } opened)
        {
            session = new WorkerSession(opened.Instance, opened.Session, header[0]!);
        }

        return session is not null;
    }

    public HttpRequestMessage Create(HttpContext context, McpCall call, Instance instance, WorkerSession? session)
    {
        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), Address(context, instance))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = HttpMethods.IsPost(context.Request.Method) ? new BufferedBody(call.Body.Bytes) : null,
        };
        ForwardedHeaders.CopyToWorker(context.Request.Headers, request);
        if (session is not null)
        {
            request.Headers.TryAddWithoutValidation(ForwardedHeaders.SessionId, session.Id);
        }

        request.Headers.TryAddWithoutValidation(ForwardedHeaders.RequestId, context.TraceIdentifier);
        var method = request.Content is null ? context.Request.Method : call.Envelope.Method;
        request.Headers.TryAddWithoutValidation(InternalTokens.HeaderName, tokens.Sign(
            new InternalCall(call.Caller!.Identity, method, call.Envelope.Target, context.TraceIdentifier)));
        DistributedContextPropagator.Current.Inject(Activity.Current, request, AddHeader);
        return request;
    }

    private static void AddHeader(object? request, string name, string value) =>
        ((HttpRequestMessage)request!).Headers.TryAddWithoutValidation(name, value);

    private static Uri Address(HttpContext context, Instance instance) =>
        new($"{instance.Address}/mcp{(McpRoute.ServerOf(context) is { } server ? "/" + server : "")}{context.Request.QueryString}");
}
