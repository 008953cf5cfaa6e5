namespace McpGateway.Forwarding;

/// <summary>A legacy session: where it lives, and the id its caller knows it by.</summary>
internal sealed record WorkerSession(string Instance, string Id, string CallersId);
