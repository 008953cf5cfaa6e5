namespace McpGateway.Authentication;

/// <summary>Marks endpoints that anybody may ask, and that tell more to a known caller. A wrong credential is still refused.</summary>
internal sealed class OptionalCaller
{
    public static OptionalCaller Metadata { get; } = new();
}
