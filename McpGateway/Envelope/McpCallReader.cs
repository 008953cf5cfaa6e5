using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace McpGateway.Envelope;

/// <summary>Reads the body of an MCP call, and its envelope, once.</summary>
internal sealed class McpCallReader(IOptionsMonitor<NetworkOptions> network)
{
    /// <summary>False: the body is larger than MCP_HTTP_MAX_BODY_BYTES.</summary>
    public async ValueTask<bool> TryReadAsync(HttpContext context, McpCall call)
    {
        if (call.IsRead)
        {
            return true;
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            call.IsRead = true;
            return true;
        }

        if (!await call.Body.TryReadAsync(context.Request, network.CurrentValue.MaxMcpBodyBytes, context.RequestAborted))
        {
            return false;
        }

        call.Envelope = EnvelopeReader.Read(call.Body.Bytes);
        call.IsRead = true;
        return true;
    }
}
