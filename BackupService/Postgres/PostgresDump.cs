namespace BackupService.Postgres;

/// <summary>Runs pg_dump and pg_restore on streams. No plain dump touches the disk, no password an argument.</summary>
internal sealed class PostgresDump(SourceDatabase source)
{
    /// <summary>
    /// Dumps the snapshot in PostgreSQL's custom format. The password goes through a file in
    /// <paramref name="privateDirectory"/>, which is swept after a crash, and is deleted here otherwise.
    /// </summary>
    /// <exception cref="BackupException">pg_dump failed, or was killed.</exception>
    public async Task DumpAsync(
        ClientTools tools, DatabaseSnapshot snapshot, string privateDirectory, Stream destination, CancellationToken cancellationToken)
    {
        var passwordFile = Path.Combine(privateDirectory, ".pgpass");
        WritePasswordFile(passwordFile);

        try
        {
            string[] arguments = ["--format=custom", "--no-password", $"--snapshot={snapshot.Server.SnapshotId}"];
            using var process = ToolProcess.Start(tools.Dump, arguments, Environment(snapshot, passwordFile));
            process.Input.Close();

            await process.Output.CopyToAsync(destination, cancellationToken);
            var exit = await process.WaitAsync(cancellationToken);

            if (!exit.IsSuccess)
            {
                throw new BackupException(BackupFailure.Failed, exit.ToString());
            }
        }
        finally
        {
            File.Delete(passwordFile);
        }
    }

    /// <summary>Reads a whole dump as a restore would. Listing it is not enough: a cut dump still lists.</summary>
    /// <remarks>Leaves <paramref name="dump"/> at its end, so that whoever hashes it has seen all.</remarks>
    /// <returns>Null when the dump is readable to its end, else what pg_restore said.</returns>
    public static async Task<ToolExit?> ReadThroughAsync(ClientTools tools, Stream dump, CancellationToken cancellationToken)
    {
        using var process = ToolProcess.Start(tools.Restore, ["--file=" + (OperatingSystem.IsWindows() ? "NUL" : "/dev/null")]);
        var buffer = new byte[64 * 1024];
        int read;

        while ((read = await dump.ReadAsync(buffer, cancellationToken)) > 0)
        {
            try
            {
                await process.Input.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
            catch (IOException)
            {
                // It closed its end of the pipe: it has all it wants, or failed; its exit says which.
                break;
            }
        }

        await CloseAsync(process.Input);
        await process.Output.CopyToAsync(Stream.Null, cancellationToken);
        var exit = await process.WaitAsync(cancellationToken);

        await dump.CopyToAsync(Stream.Null, cancellationToken);
        return exit.IsSuccess ? null : exit;
    }

    private static async Task CloseAsync(Stream pipe)
    {
        try
        {
            await pipe.DisposeAsync();
        }
        catch (IOException)
        {
            // The last bytes met a closed pipe, as above.
        }
    }

    private Dictionary<string, string> Environment(DatabaseSnapshot snapshot, string passwordFile)
    {
        var (host, port, database) = snapshot.Address;
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PGHOST"] = host,
            ["PGPORT"] = port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["PGDATABASE"] = database,
            ["PGUSER"] = source.Settings.Username ?? "",
            ["PGPASSFILE"] = passwordFile,
            ["PGAPPNAME"] = "mcp-backup",
            ["PGCONNECT_TIMEOUT"] = "15",
            ["PGSSLMODE"] = SslMode(source.Settings.SslMode),
        };

        if (source.Settings.RootCertificate is { Length: > 0 } certificate)
        {
            environment["PGSSLROOTCERT"] = certificate;
        }

        return environment;
    }

    private static string SslMode(Npgsql.SslMode mode) => mode switch
    {
        Npgsql.SslMode.VerifyCA => "verify-ca",
        Npgsql.SslMode.VerifyFull => "verify-full",
        _ => mode.ToString().ToLowerInvariant(),
    };

    private void WritePasswordFile(string path)
    {
        var password = (source.Settings.Password ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write($"*:*:*:*:{password}\n");
    }
}
