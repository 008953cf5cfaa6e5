using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;
using ServiceDefaults.Settings.Secrets;

namespace ServiceDefaults.Tests.Settings;

[Trait("Category", "Config")]
public sealed class SecretRulesTests : IDisposable
{
    private readonly SettingsFixture _settings = new();

    public void Dispose() => _settings.Dispose();

    [Fact]
    [Trait("Requirement", "S-046")]
    public void Production_starts_with_good_secrets()
    {
        var snapshot = _settings.Production().Snapshot();

        Assert.Equal("production", snapshot.Environment);
        Assert.Empty(snapshot.Report.Warnings);
    }

    [Theory]
    [InlineData("MCP_JWT_SECRET", "$(openssl rand -base64 32)", "shell expression")]
    [InlineData("MCP_JWT_SECRET", "$(openssl rand -base64 32) padded to length", "shell expression")]
    [InlineData("MCP_JWT_SECRET", "`openssl rand -base64 32` padded to be long", "shell expression")]
    [InlineData("MCP_API_KEY_SALT", "${API_KEY_SALT} padded to be long enough, really", "shell expression")]
    [InlineData("MCP_JWT_SECRET", "changeme-changeme-changeme-changeme", "known sample")]
    [InlineData("MCP_JWT_SECRET", "your-256-bit-secret-your-256-bit-secret", "known sample")]
    [InlineData("MCP_INTERNAL_SECRET", KnownSecrets.DevelopmentInternal, "known sample")]
    [InlineData("MCP_API_KEY_SALT", KnownSecrets.DevelopmentSalt, "known sample")]
    [InlineData("MCP_JWT_SECRET", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "too regular")]
    [InlineData("MCP_JWT_SECRET", "abcabcabcabcabcabcabcabcabcabcabcabc", "too regular")]
    [InlineData("MCP_DATABASE_PASSWORD", "password", "known sample")]
    [InlineData("MCP_DATABASE_PASSWORD", "$(cat /run/secret)", "shell expression")]
    [InlineData("MCP_DATABASE_APP_PASSWORD", "ChangeMe123", "known sample")]
    [InlineData("MCP_DATABASE_BACKUP_PASSWORD", "<password>", "known sample")]
    [InlineData("MCP_DATABASE_URL", "postgresql+asyncpg://tldw:password@localhost/tldw_mcp", "known sample")]
    [InlineData("MCP_REDIS_URL", "redis://:changeme@redis:6379/0", "known sample")]
    [InlineData("ConnectionStrings__mcpdb", "Host=db;Username=u;Password=postgres;Database=d", "known sample")]
    [Trait("Requirement", "S-046")]
    public void Production_refuses_a_bad_secret_by_name_and_never_by_value(string key, string value, string problem)
    {
        _settings.Production().Environment("MCP_AUTH_MODE", "both").Environment(key, value);

        var errors = _settings.Load().Errors;

        var error = Assert.Single(errors);
        Assert.Contains(problem, error.Problem, StringComparison.Ordinal);
        Assert.NotEmpty(error.Cure);
        Assert.DoesNotContain(value, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("jwt", "MCP_JWT_SECRET,MCP_INTERNAL_SECRET")]
    [InlineData("api_key", "MCP_API_KEY_SALT,MCP_INTERNAL_SECRET")]
    [InlineData("both", "MCP_JWT_SECRET,MCP_API_KEY_SALT,MCP_INTERNAL_SECRET")]
    [Trait("Requirement", "S-046")]
    public void Production_asks_the_gateway_for_the_keys_of_its_mode(string mode, string missing)
    {
        _settings.Environment("MCP_ENV", "production").Environment("MCP_AUTH_MODE", mode).Environment("MCP_DATABASE_URL", "postgresql://u@db/x");

        Assert.Equal(missing, string.Join(',', _settings.Load().Errors.Select(error => error.Key)));
    }

    [Theory]
    [InlineData("worker")]
    [InlineData("backup")]
    [Trait("Requirement", "S-046")]
    public void Production_asks_the_other_services_for_the_internal_key_only(string service)
    {
        _settings.Environment("MCP_ENV", "production").Environment("MCP_DATABASE_URL", "postgresql://u@db/x");

        Assert.Equal("MCP_INTERNAL_SECRET", _settings.Error(service == "worker" ? ServiceIdentity.Worker : ServiceIdentity.Backup).Key);
    }

    [Fact]
    [Trait("Requirement", "S-046")]
    public void Verbs_without_secrets_start_without_them_in_production()
    {
        _settings.Environment("MCP_ENV", "production").Environment("MCP_DATABASE_URL", "postgresql://u@db/x");

        Assert.Empty(_settings.Load(needsSecrets: false).Errors);
    }

    [Fact]
    [Trait("Requirement", "S-046")]
    public void One_password_may_be_named_for_the_role_and_for_the_service_that_uses_it()
    {
        _settings.Production().Environment("MCP_DATABASE_PASSWORD", SettingsFixture.Secrets.Password).Environment("MCP_DATABASE_APP_PASSWORD", SettingsFixture.Secrets.Password);

        Assert.Empty(_settings.Load().Errors);
    }

    [Fact]
    [Trait("Requirement", "S-046")]
    public void One_key_may_not_serve_two_purposes()
    {
        _settings.Production().Environment("MCP_JWT_SECRET", SettingsFixture.Secrets.Internal);

        var error = _settings.Error();

        Assert.Equal("MCP_INTERNAL_SECRET", error.Key);
        Assert.StartsWith("has the same value as MCP_JWT_SECRET", error.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(SettingsFixture.Secrets.Internal, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-046")]
    public void Two_roles_may_not_share_a_password()
    {
        _settings.Production().Environment("MCP_DATABASE_BACKUP_PASSWORD", SettingsFixture.Secrets.Password).Environment("MCP_DATABASE_APP_PASSWORD", SettingsFixture.Secrets.Password);

        Assert.Equal("MCP_DATABASE_BACKUP_PASSWORD", _settings.Error().Key);
    }

    [Theory]
    [InlineData("MCP_JWT_SECRET")]
    [InlineData("MCP_API_KEY_SALT")]
    [InlineData("MCP_INTERNAL_SECRET")]
    [Trait("Requirement", "S-062")]
    public void A_key_of_31_bytes_is_refused_in_every_environment(string key)
    {
        _settings.Environment(key, SettingsFixture.Secrets.Jwt[..31]);

        var error = _settings.Error();

        Assert.Equal(key, error.Key);
        Assert.Contains("at least 32 bytes", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-062")]
    public void The_least_length_counts_bytes()
    {
        _settings.Environment("MCP_JWT_SECRET", new string('é', 16));

        Assert.Empty(_settings.Load().Errors);
    }

    [Fact]
    public void Development_makes_up_what_is_missing_and_says_so()
    {
        _settings.Environment("MCP_AUTH_MODE", "both");

        var (first, second) = (_settings.Snapshot(), _settings.Snapshot());

        var told = first.Report.Warnings.Where(warning => warning.Kind == SettingWarningKind.DevelopmentSecret).Select(warning => warning.Key);
        Assert.Equal("MCP_JWT_SECRET,MCP_API_KEY_SALT,MCP_INTERNAL_SECRET", string.Join(',', told));
        Assert.NotEqual(first.Get<AuthenticationOptions>().JwtSecret, second.Get<AuthenticationOptions>().JwtSecret, StringComparer.Ordinal);
        Assert.Equal(first.Get<AuthenticationOptions>().InternalSecret, second.Get<AuthenticationOptions>().InternalSecret);
        Assert.Equal(first.Get<AuthenticationOptions>().ApiKeySalt, second.Get<AuthenticationOptions>().ApiKeySalt);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("aaaa", 0)]
    [InlineData("abab", 1)]
    [InlineData("abcdefgh", 3)]
    public void Entropy_is_measured_in_bits_a_character(string text, double bits) =>
        Assert.Equal(bits, KnownSecrets.BitsPerCharacter(text), precision: 6);

    /// <summary>Every error there can be, with a recognisable value in every secret at once.</summary>
    [Fact]
    [Trait("Requirement", "S-045")]
    public void No_message_ever_holds_a_secrets_value()
    {
        const string Canary = "c4n4ry";
        string[] shapes =
        [
            Canary, $"$({Canary})", $"changeme-{Canary}-changeme-{Canary}-changeme", $"{Canary}{Canary}{Canary}{Canary}{Canary}{Canary}{Canary}",
            $"sqlite:///{Canary}", $"{Canary}://{Canary}", $"postgresql://u:{Canary}@h:{Canary}/x", $"postgresql://u:{Canary}?{Canary}=1@h/x",
            $"postgresql://u:a/{Canary}@h/x", $"postgresql://u:{Canary}@h/x?sslmode={Canary}", $"Host=h;Password=a;{Canary}=1", $"Host=h;Port={Canary}",
            $"Password={Canary}", $"redis://{Canary}:{Canary}@h/0", $"redis://:{Canary},@h/0", $"redis://h/{Canary}", $"h:6379,{Canary}=1", $"h:{Canary}",
            $"h:6379,password={Canary},user={Canary}", $"h,connectTimeout={Canary}", $"redis://h?{Canary}",
        ];
        var secrets = ServiceDefaults.Settings.Schema.SettingsSchema.Product.Definitions.Where(definition => definition.Setting.Secret).Select(definition => definition.Name)
            .Concat(["ConnectionStrings__mcpdb", "ConnectionStrings__redis"]).ToArray();

        foreach (var environment in new[] { "development", "production" })
        {
            foreach (var shape in shapes)
            {
                foreach (var key in secrets)
                {
                    _settings.Environment(key, shape);
                }

                var load = _settings.Environment("MCP_ENV", environment).Load();
                var told = string.Join('\n', load.Errors.Select(error => error.ToString())) + string.Join('\n', load.Snapshot!.Report.Warnings);

                Assert.NotEmpty(load.Errors);
                Assert.DoesNotContain(Canary, told, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain(Canary, new SettingsException(load.Errors).ToString(), StringComparison.OrdinalIgnoreCase);
            }
        }
    }
}
