namespace McpGateway.Authorization;

/// <summary>Which server a federated tool name means: <c>server__tool</c> of hosted and upstream servers, else <c>module_tool</c>.</summary>
internal static class ToolNames
{
    /// <summary>Server and own name. A name without a separator is a server of its own without a tool, which no grant for tools covers but <c>*</c> ones.</summary>
    public static (string Server, string Tool) Split(string federated)
    {
        var separator = federated.IndexOf("__", StringComparison.Ordinal);
        var length = 2;
        if (separator <= 0)
        {
            separator = federated.IndexOf('_', StringComparison.Ordinal);
            length = 1;
        }

        return separator <= 0 ? (federated, "") : (federated[..separator], federated[(separator + length)..]);
    }
}
