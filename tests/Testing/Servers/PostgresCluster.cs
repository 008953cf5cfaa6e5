using System.Security.Cryptography;
using Npgsql;

namespace Testing;

/// <summary>One running PostgreSQL with a data folder of its own.</summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    public const string Superuser = "postgres";

    private readonly string _folder;
    private readonly ServerProcess _process;

    private PostgresCluster(string folder, int port, ServerProcess process)
    {
        _folder = folder;
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public string Password { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    public string DataFolder => Path.Combine(_folder, "data");

    private string SocketFolder => Path.Combine(_folder, "s");

    public static async Task<PostgresCluster> StartAsync(CancellationToken cancellationToken)
    {
        TestFolders.Sweep();
        var template = await PostgresTemplate.GetAsync(cancellationToken);
        var folder = TestFolders.New("pg");
        await ServerUser.RunAsync(["mkdir", "-m", "700", folder, $"{folder}/s"], cancellationToken);
        await ServerUser.RunAsync(["cp", "-a", template, $"{folder}/data"], cancellationToken);

        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort.Next();
            try
            {
                var process = await ServerProcess.StartAsync(
                    Command(folder, port), "QUIT", "database system is ready to accept connections", "", cancellationToken);
                var cluster = new PostgresCluster(folder, port, process);
                await cluster.SetPasswordAsync(cancellationToken);
                return cluster;
            }
            catch (ServerStartException) when (attempt < 5 && !cancellationToken.IsCancellationRequested)
            {
                // Somebody took the port between the probe and the start.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        // An immediate shutdown: the data is thrown away.
        await _process.StopAsync(PosixSignalNumber.Quit, CancellationToken.None);
        await _process.DisposeAsync();
        TestFolders.Delete(_folder);
    }

    private static string[] Command(string folder, int port) =>
    [
        PostgresBinaries.PathOf("postgres"), "-D", $"{folder}/data", "-p", $"{port}",
        "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={folder}/s",
        "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off",
        "-c", "max_connections=200", "-c", "shared_buffers=64MB", "-c", "jit=off",
        "-c", "logging_collector=off", "-c", "log_destination=stderr",
    ];

    /// <summary>Over the socket, which only this user can reach; TCP always asks for a password.</summary>
    private async Task SetPasswordAsync(CancellationToken cancellationToken)
    {
        var socket = new NpgsqlConnectionStringBuilder
        {
            Host = SocketFolder,
            Port = Port,
            Username = Superuser,
            Database = "postgres",
            Pooling = false,
        };
        await using var connection = new NpgsqlConnection(socket.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"ALTER ROLE {Superuser} PASSWORD '{Password}'", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
