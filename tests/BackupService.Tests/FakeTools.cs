using System.Diagnostics;
using BackupService.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace BackupService.Tests;

/// <summary>A directory of client tools in which pg_dump does what a test wants; the other tools are the real ones.</summary>
internal static class FakeTools
{
    /// <param name="version">What pg_dump says it is.</param>
    /// <param name="dump">Shell commands that take the place of the dump; <c>$REAL</c> is the real pg_dump.</param>
    public static async Task<Action<IServiceCollection>> CreateAsync(string folder, string version, string dump)
    {
        var real = await RealAsync();
        var script = $"""
            #!/bin/sh
            REAL={real.Dump}
            if [ "$1" = --version ]; then echo "pg_dump (PostgreSQL) {version}"; exit 0; fi
            {dump}

            """;
        await WriteAsync(Path.Combine(folder, "pg_dump"), script);
        File.CreateSymbolicLink(Path.Combine(folder, "pg_restore"), real.Restore);
        return services => services.AddSingleton(new ToolDirectories([folder]));
    }

    /// <summary>The client tools of this machine.</summary>
    public static Task<ClientTools> RealAsync() =>
        new PostgresTools(ToolDirectories.OfThisMachine()).FindAsync(serverMajor: 15, TestContext.Current.CancellationToken);

    /// <summary>By another process: a file this one holds open for writing while a test beside forks cannot be executed.</summary>
    private static async Task WriteAsync(string path, string script)
    {
        var start = new ProcessStartInfo("install", ["-m", "755", "/dev/stdin", path]) { RedirectStandardInput = true, UseShellExecute = false };
        using var install = Process.Start(start)!;
        await install.StandardInput.WriteAsync(script);
        install.StandardInput.Close();
        await install.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, install.ExitCode);
    }
}
