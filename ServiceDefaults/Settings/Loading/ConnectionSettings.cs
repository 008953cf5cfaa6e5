using ServiceDefaults.Settings.Catalog;
using ServiceDefaults.Settings.Connections;
using ServiceDefaults.Settings.Layers;
using ServiceDefaults.Settings.Secrets;

namespace ServiceDefaults.Settings.Loading;

/// <summary>
/// The two connection strings. One that is injected (<c>ConnectionStrings__mcpdb</c>, as the AppHost does) wins over the address
/// in our own settings (S-056).
/// </summary>
internal sealed class ConnectionSettings(SettingsInputs inputs, SettingProblems problems, SettingsLoadScope scope, SettingsLayers layers)
{
    private const string DatabaseUrl = "MCP_DATABASE_URL";
    private const string RedisUrl = "MCP_REDIS_URL";

    private bool IsDevelopment => layers.Environment == ServerOptions.Development;

    public IReadOnlyList<ResolvedConnection> Build(IReadOnlyDictionary<Type, object> options, IReadOnlyDictionary<string, ResolvedSetting> settings)
    {
        if (!scope.NeedsConnections)
        {
            return [];
        }

        ResolvedConnection?[] connections =
        [
            Database((DatabaseOptions)options[typeof(DatabaseOptions)], settings[DatabaseUrl].Source),
            Redis((RedisOptions)options[typeof(RedisOptions)], settings[RedisUrl].Source),
        ];
        return [.. connections.OfType<ResolvedConnection>()];
    }

    private ResolvedConnection? Database(DatabaseOptions options, string urlSource)
    {
        var injected = inputs.Find($"ConnectionStrings:{ResourceNames.Database}");
        var (key, source) = injected is null ? (DatabaseUrl, urlSource) : ($"ConnectionStrings:{ResourceNames.Database}", injected.Source);
        if (injected is null && options.Url.Length == 0 && options.Host.Length == 0 && !AcceptMissingDatabase())
        {
            return null;
        }

        try
        {
            var connection = injected is null ? DatabaseConnectionString.FromSettings(options) : DatabaseConnectionString.Parse(injected.Text);
            RefuseWeakPassword(injected is null && options.Password.Length > 0 ? "MCP_DATABASE_PASSWORD" : key, connection.Password, source);
            DatabaseConnectionString.AddDefaults(connection, options, scope.Name);
            return new ResolvedConnection(ResourceNames.Database, connection.ConnectionString, DatabaseConnectionString.Mask(connection), Describe(key, source));
        }
        catch (ConnectionFormatException exception)
        {
            problems.Refuse(key, exception.Message, source, "Write postgresql://user:password@host:5432/database?sslmode=require or an Npgsql connection string.");
            return null;
        }
    }

    private ResolvedConnection? Redis(RedisOptions options, string urlSource)
    {
        var injected = inputs.Find($"ConnectionStrings:{ResourceNames.Redis}");
        var (key, source) = injected is null ? (RedisUrl, urlSource) : ($"ConnectionStrings:{ResourceNames.Redis}", injected.Source);

        try
        {
            var connection = RedisConnectionString.Parse(injected?.Text ?? options.Url, scope.Name);
            RefuseWeakPassword(key, RedisConnectionString.PasswordOf(connection), source);
            return new ResolvedConnection(ResourceNames.Redis, connection, RedisConnectionString.Mask(connection), Describe(key, source));
        }
        catch (ConnectionFormatException exception)
        {
            problems.Refuse(key, exception.Message, source, "Write redis://:password@host:6379/0, rediss:// for TLS, or a StackExchange.Redis string.");
            return null;
        }
    }

    private bool AcceptMissingDatabase()
    {
        if (problems.Has(DatabaseUrl))
        {
            return false;
        }

        if (IsDevelopment)
        {
            problems.Warn(SettingWarningKind.DevelopmentDefault, DatabaseUrl, ResolvedSetting.DefaultSource, $"{DatabaseUrl} is not set; the database mcpdb on localhost is used.");
            return true;
        }

        problems.Refuse(
            DatabaseUrl, "is not set, and neither is ConnectionStrings__mcpdb", ResolvedSetting.DefaultSource,
            $"Set {DatabaseUrl} or {DatabaseUrl}_FILE to postgresql://user:password@host:5432/database.");
        return false;
    }

    private void RefuseWeakPassword(string key, string? password, string source)
    {
        // MCP_DATABASE_PASSWORD was already looked at as a secret of its own.
        if (!IsDevelopment && !string.IsNullOrEmpty(password) && !problems.Has(key) && SecretRules.FindWeakness(password, isKey: false) is { } weakness)
        {
            problems.Refuse(key, $"has a password that {weakness}", source, "Give the server's role a random password, for example from `openssl rand -hex 24`.");
        }
    }

    private static string Describe(string key, string source) => source == ResolvedSetting.DefaultSource ? source : $"{key}, {source}";
}
