using System.Security.Cryptography;
using Xunit;

namespace Testing;

/// <summary>
/// A Redis of this test assembly's (or test class's) own: password, random port, nothing on disk. Running when the fixture
/// is ready; stopped ones come back empty, on the same port.
/// </summary>
public sealed class RedisServer : IAsyncLifetime
{
    private ServerProcess? _process;

    public int Port { get; private set; }

    public string Password { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>As Aspire writes it.</summary>
    public string ConnectionString => $"127.0.0.1:{Port},password={Password}";

    public async ValueTask InitializeAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            Port = FreePort.Next();
            try
            {
                await StartAsync(CancellationToken.None);
                return;
            }
            catch (ServerStartException) when (attempt < 5)
            {
                // Somebody took the port between the probe and the start.
            }
        }
    }

    /// <summary>Starts it again after <see cref="StopAsync"/>, empty.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // The configuration goes through standard input, so that the password is not in the process list.
        var configuration = $"""
            bind 127.0.0.1
            port {Port}
            requirepass {Password}
            save ""
            appendonly no
            daemonize no
            dir /

            """;
        _process = await ServerProcess.StartAsync(["redis-server", "-"], "KILL", "Ready to accept connections", configuration, cancellationToken);
    }

    /// <summary>Connections are refused from now on.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_process is { } process)
        {
            _process = null;
            await process.StopAsync(PosixSignalNumber.Terminate, cancellationToken);
            await process.DisposeAsync();
        }
    }

    /// <summary>It still accepts connections (the kernel does) but answers nothing, as a machine that hangs.</summary>
    public Task PauseAsync()
    {
        _process?.Signal(PosixSignalNumber.Stop);
        return Task.CompletedTask;
    }

    public Task ResumeAsync()
    {
        _process?.Signal(PosixSignalNumber.Continue);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            await process.DisposeAsync();
        }
    }
}
