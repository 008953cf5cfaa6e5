using BackupService.Encryption;
using BackupService.Postgres;
using BackupService.Sets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using ServiceDefaults;
using ServiceDefaults.Database;
using ServiceDefaults.Settings;
using Testing;

namespace BackupService.Tests;

/// <summary>The backup service's parts as its verbs use them, on one database and one directory.</summary>
internal sealed class BackupHost : IDisposable
{
    public const string Passphrase = "a passphrase for tests: 7fQ2";
    public static readonly Actor Tester = new("tester", "request-1");

    private readonly IHost _host;

    public BackupHost(
        TestDatabase database, string directory, Action<IServiceCollection>? change = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        Directory = directory;
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(SettingsFor(database, directory));
        builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>(StringComparer.Ordinal));
        builder.Logging.AddProvider(new TestLog());

        builder.AddSettings(ServiceIdentity.Backup, requireSecrets: false);
        builder.AddNpgsqlDataSource(ResourceNames.Database, configureDataSourceBuilder: DatabasePool.Name);
        builder.AddEncryption();
        builder.AddPostgres();
        builder.AddSets();
        change?.Invoke(builder.Services);
        _host = builder.Build();
    }

    public string Directory { get; }

    public BackupRunner Runner => Get<BackupRunner>();

    public SetCatalog Catalog => Get<SetCatalog>();

    public SetVerifier Verifier => Get<SetVerifier>();

    public string? Latest => Get<LatestPointer>().Read();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Dictionary<string, string?> SettingsFor(TestDatabase database, string directory) => new(StringComparer.Ordinal)
    {
        ["MCP_ENV"] = "development",
        ["ConnectionStrings:mcpdb"] = database.AppConnectionString,
        ["MCP_DATABASE_BACKUP_PASSWORD"] = PasswordOf(database.BackupConnectionString),
        ["MCP_BACKUP_DIR"] = directory,
        ["MCP_BACKUP_PASSPHRASE"] = Passphrase,
    };

    public static string PasswordOf(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).Password!;

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public async Task<SetEntry> BackUpAsync() => (await Runner.RunAsync(Runner.Begin(Tester), Token)).Set;

    /// <summary>A run that must not succeed, and why it did not.</summary>
    public async Task<BackupException> FailToBackUpAsync() => await Assert.ThrowsAsync<BackupException>(BackUpAsync);

    public string PathOf(SetEntry set, string file) => Path.Combine(Catalog.DirectoryOf(set.Id), file);

    public void Dispose() => _host.Dispose();
}
