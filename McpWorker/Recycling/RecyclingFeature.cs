namespace McpWorker.Recycling;

/// <summary>A worker that needs more memory than it may have ends itself in good order, to be started again (S-024).</summary>
internal static class RecyclingFeature
{
    public static void AddRecycling(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<MemoryWatch>();
        builder.Services.AddHostedService(services => services.GetRequiredService<MemoryWatch>());
    }

    /// <summary>Runs until the worker is stopped, and gives the exit code its supervisor should see.</summary>
    public static int RunUntilRecycled(this WebApplication app)
    {
        var memory = app.Services.GetRequiredService<MemoryWatch>();
        app.Run();
        return memory.HasEnded ? MemoryWatch.ExitCode : 0;
    }
}
