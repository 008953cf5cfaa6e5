using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace McpModules;

/// <summary>
/// What a tool, prompt or resource remembers between two rounds of one request. It throws <c>InputRequiredException</c>
/// with <see cref="Seal"/> as the request state; the caller's next round brings that back, and <see cref="Open"/> gives
/// the payload. The caller holds the state meanwhile: it can neither read it, change it, use it for other arguments or as
/// another caller, nor keep it for long.
/// </summary>
public interface IRequestState
{
    /// <param name="request">The request that needs another round.</param>
    /// <param name="payload">Up to 32 KiB.</param>
    string Seal(MessageContext request, ReadOnlySpan<byte> payload);

    /// <summary>The payload that came back with this request; null when it is the first round.</summary>
    /// <exception cref="McpProtocolException">Altered, too old, or sealed for another caller, method or arguments.</exception>
    byte[]? Open(MessageContext request);
}
