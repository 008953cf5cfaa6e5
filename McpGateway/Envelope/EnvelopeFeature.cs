namespace McpGateway.Envelope;

/// <summary>What an MCP message says about itself, and the answers to messages that say it wrongly.</summary>
internal static class EnvelopeFeature
{
    public static void AddMcpEnvelope(this WebApplicationBuilder builder)
    {
        builder.Services.AddProblemDetails();
        builder.Services.AddSingleton<McpCallReader>();
        builder.Services.AddSingleton<Refusals>();
    }

    /// <summary>Opens the call that the following steps fill; measures it.</summary>
    public static void UseMcpCalls(this WebApplication app) => app.UseMiddleware<McpCallMiddleware>();

    /// <summary>Checks the message and the headers that mirror it.</summary>
    public static void UseMcpEnvelope(this WebApplication app) => app.UseMiddleware<EnvelopeMiddleware>();
}
