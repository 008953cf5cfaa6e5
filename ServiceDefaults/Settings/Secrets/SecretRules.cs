using System.Security.Cryptography;
using ServiceDefaults.Settings.Catalog;
using ServiceDefaults.Settings.Loading;

namespace ServiceDefaults.Settings.Secrets;

/// <summary>
/// Outside development a service refuses secrets that are missing, weak, known or shared (S-046); in development it makes up
/// what is missing and says so.
/// </summary>
internal sealed class SecretRules(Dictionary<string, ResolvedSetting> settings, SettingProblems problems, SettingsLoadScope scope, string environment)
{
    private const string JwtSecret = "MCP_JWT_SECRET";
    private const string ApiKeySalt = "MCP_API_KEY_SALT";
    private const string InternalSecret = "MCP_INTERNAL_SECRET";
    private const string KeyCure = "`McpGateway generate-secrets` makes one.";
    private const string PasswordCure = "Choose a random one, for example with `openssl rand -hex 24`, and give it to the server too.";

    /// <summary>Addresses hold a password among other things; the connection checks look at it.</summary>
    private static readonly string[] Addresses = ["MCP_DATABASE_URL", "MCP_REDIS_URL"];

    private readonly bool _isDevelopment = environment == ServerOptions.Development;

    public void Apply()
    {
        if (scope.NeedsSecrets)
        {
            foreach (var name in Needed().Where(name => !settings[name].IsSet && !problems.Has(name)).ToArray())
            {
                Supply(name);
            }
        }

        if (!_isDevelopment)
        {
            RefuseWeak();
            RefuseShared();
        }
    }

    /// <summary>The keys without which this service cannot do its work.</summary>
    private IEnumerable<string> Needed()
    {
        var mode = settings["MCP_AUTH_MODE"].Text;
        var isGateway = scope.Users.HasFlag(SettingUsers.Gateway);
        if (isGateway && mode != "api_key")
        {
            yield return JwtSecret;
        }

        if (isGateway && mode != "jwt")
        {
            yield return ApiKeySalt;
        }

        yield return InternalSecret;
    }

    private void Supply(string name)
    {
        if (!_isDevelopment)
        {
            problems.Refuse(name, $"is not set, and the environment '{environment}' has no default for it", ResolvedSetting.DefaultSource, $"Set {name} or {name}_FILE; {KeyCure}");
            return;
        }

        var (value, source, message) = name switch
        {
            InternalSecret => (KnownSecrets.DevelopmentInternal, "development value", "the well-known development value"),
            ApiKeySalt => (KnownSecrets.DevelopmentSalt, "development value", "the well-known development value"),
            _ => (Convert.ToBase64String(RandomNumberGenerator.GetBytes(64)), ResolvedSetting.RandomSource, "a random value that ends with this process"),
        };
        settings[name] = settings[name] with { Value = value, Source = source };
        problems.Warn(SettingWarningKind.DevelopmentSecret, name, source, $"{name} is not set; {message} stands in for it. Outside development this is refused.");
    }

    private IEnumerable<ResolvedSetting> Present() => settings.Values.Where(setting =>
        setting.Definition.Setting.Secret && setting.IsSet && !Addresses.Contains(setting.Name)
        && (setting.Definition.Setting.UsedBy & scope.Users) != SettingUsers.None);

    private void RefuseWeak()
    {
        foreach (var secret in Present().Where(secret => !problems.Has(secret.Name)))
        {
            if (FindWeakness(secret.Text, secret.Definition.IsKey) is { } weakness)
            {
                Refuse(secret, weakness);
            }
        }
    }

    /// <summary>What makes the text useless as a secret; null when nothing does. Passwords are too short to measure their entropy.</summary>
    internal static string? FindWeakness(string secret, bool isKey) =>
        KnownSecrets.IsUnexpanded(secret) ? "holds a shell expression that nobody expanded"
        : KnownSecrets.IsSample(secret) ? "is a known sample or default value"
        : isKey && KnownSecrets.IsPredictable(secret) ? "is too regular to be random (less than 3.5 bits a character)"
        : null;

    private void RefuseShared()
    {
        var seen = new List<ResolvedSetting>();
        foreach (var secret in Present())
        {
            if (seen.Find(other => other.Text == secret.Text && !IsSamePurpose(other, secret)) is { } other)
            {
                Refuse(secret, $"has the same value as {other.Name}; one secret serves one purpose");
            }

            seen.Add(secret);
        }
    }

    /// <summary>A service that signs in as the role whose password `migrate` sets names one password twice.</summary>
    private static bool IsSamePurpose(ResolvedSetting one, ResolvedSetting other) =>
        one.Name == "MCP_DATABASE_PASSWORD" && !other.Definition.IsKey;

    private void Refuse(ResolvedSetting secret, string problem) =>
        problems.Refuse(secret.Name, problem, secret.Source, secret.Definition.IsKey ? $"Set another value; {KeyCure}" : PasswordCure);
}
