using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Tools;

/// <summary>What one server offers, in both name forms.</summary>
internal sealed record Offer
{
    public static Offer Nothing { get; } = new();

    /// <summary>Part of <c>/mcp</c>; false: only <c>/mcp/{server}</c> serves it.</summary>
    public bool IsFederated { get; init; } = true;

    /// <summary>Of a server of others. A URI that it claims gives way where it means something of the platform's own.</summary>
    public bool IsForeign { get; init; }

    public IReadOnlyList<Named<McpServerTool>> Tools { get; init; } = [];

    public IReadOnlyList<Named<McpServerPrompt>> Prompts { get; init; } = [];

    /// <summary>Resources and templates; both endpoints know them by their own URIs.</summary>
    public IReadOnlyList<McpServerResource> Resources { get; init; } = [];

    /// <summary>Resources that come and go with the server's data, to be listed beside those; its templates read them. Null: there are none.</summary>
    public Func<CancellationToken, Task<IReadOnlyList<Resource>>>? ListMore { get; init; }

    /// <summary>Completes arguments of its prompts and templates, addressed by the server's own names; null: it cannot.</summary>
    public McpRequestHandler<CompleteRequestParams, CompleteResult>? Complete { get; init; }
}

/// <summary>One thing under its two names.</summary>
/// <param name="Own">As <c>/mcp/{server}</c> serves it.</param>
/// <param name="Federated">As <c>/mcp</c> serves it.</param>
internal readonly record struct Named<T>(T Own, T Federated);
