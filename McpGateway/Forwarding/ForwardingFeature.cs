namespace McpGateway.Forwarding;

/// <summary>Carrying a call to a worker and its answer back.</summary>
internal static class ForwardingFeature
{
    public static void AddForwarding(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ServiceDefaults.InternalCalls.InternalTokens>();
        builder.Services.AddSingleton<SessionSeal>();
        builder.Services.AddSingleton<WorkerHttp>();
        builder.Services.AddSingleton<WorkerRequests>();
        builder.Services.AddSingleton<AnswerStream>();
        builder.Services.AddSingleton<LastingStreams>();
        builder.Services.AddSingleton<Forwarder>();
    }
}
