using McpModules;

namespace McpWorker.Diagnostics;

/// <summary>A server for protocol tests, at <c>/mcp/diagnostics</c> only. A worker outside of development does not know it: naming it in MCP_MODULES_ENABLED stops the start.</summary>
internal static class DiagnosticsFeature
{
    public static void AddDiagnostics(this WebApplicationBuilder builder)
    {
        if (builder.Environment.IsDevelopment())
        {
            builder.Services.AddModule<DiagnosticsModule>();
        }
    }
}
