using Dapper;
using Npgsql;
using static ServiceDefaults.Database.DatabaseRoles;

namespace ServiceDefaults.Database;

/// <summary>The single steps of <see cref="RoleSetup"/>, each of which looks first and acts only on a difference.</summary>
internal sealed class RoleSetupSteps(NpgsqlConnection connection, CancellationToken cancellationToken)
{
    private readonly List<string> _notices = [];

    public IReadOnlyList<string> Notices => _notices;

    public async Task EnsureRolesAsync()
    {
        await EnsureRoleAsync(Owner, "NOLOGIN");
        await EnsureRoleAsync(App, "LOGIN");
        await EnsureBackupRoleAsync();
        await EnsureSearchPathAsync(App);
        await EnsureSearchPathAsync(Backup);
        await EnsureMembershipAsync();
    }

    /// <summary>An empty password leaves the role's own alone.</summary>
    public async Task EnsurePasswordAsync(string role, string password)
    {
        if (password.Length > 0 && !await HasPasswordAsync(role, password))
        {
            await ExecuteAsync($"ALTER ROLE {role} PASSWORD {await QuoteAsync(ScramVerifier.Create(password))}");
        }
    }

    public async Task EnsureSchemasAsync()
    {
        foreach (var schema in Schemas)
        {
            if (!await IsTrueAsync("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = @schema)", new { schema }))
            {
                await ExecuteAsync($"CREATE SCHEMA {schema} AUTHORIZATION {Owner}");
                await ExecuteAsync($"SET LOCAL ROLE {Owner}; GRANT USAGE ON SCHEMA {schema} TO {App}, {Backup}; RESET ROLE");
            }
        }

        foreach (var role in (string[])[App, Backup])
        {
            if (!await IsTrueAsync("SELECT has_database_privilege(@role, current_database(), 'CONNECT')", new { role }))
            {
                await ExecuteAsync($"GRANT CONNECT ON DATABASE {await ScalarAsync<string>("SELECT quote_ident(current_database())")} TO {role}");
            }
        }
    }

    private async Task<bool> EnsureRoleAsync(string role, string attributes)
    {
        var missing = !await IsTrueAsync("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = @role)", new { role });
        if (missing)
        {
            await ExecuteAsync($"CREATE ROLE {role} {attributes}");
        }

        return missing;
    }

    /// <summary>Who may create roles may not always create one that replicates: then backups are logical only.</summary>
    private async Task EnsureBackupRoleAsync()
    {
        var mayReplicate = await IsTrueAsync(
            """
            SELECT rolsuper OR (rolcreaterole AND rolreplication AND current_setting('server_version_num')::int >= 160000)
            FROM pg_roles WHERE rolname = current_user
            """);
        await EnsureRoleAsync(Backup, mayReplicate ? "LOGIN REPLICATION" : "LOGIN");

        if (!await IsTrueAsync("SELECT rolreplication FROM pg_roles WHERE rolname = @Backup", new { Backup }))
        {
            _notices.Add($"The role {Backup} may not replicate, so there is no point-in-time recovery. A superuser can change that: ALTER ROLE {Backup} REPLICATION;");
        }
    }

    private async Task EnsureSearchPathAsync(string role)
    {
        const string AsItShouldBe =
            """
            SELECT EXISTS (SELECT FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole
            WHERE r.rolname = @role AND s.setdatabase = 0 AND ('search_path=' || @SearchPath) = ANY (s.setconfig))
            """;
        if (!await IsTrueAsync(AsItShouldBe, new { role, SearchPath }))
        {
            await ExecuteAsync($"ALTER ROLE {role} SET search_path = {SearchPath}");
        }
    }

    /// <summary>Migrations run as the owner, so the user who migrates must be able to become it.</summary>
    private async Task EnsureMembershipAsync()
    {
        const string MayBecomeOwner =
            """
            SELECT rolsuper OR CASE WHEN current_setting('server_version_num')::int >= 160000
                THEN pg_has_role(current_user, @Owner, 'SET') ELSE pg_has_role(current_user, @Owner, 'MEMBER') END
            FROM pg_roles WHERE rolname = current_user
            """;
        if (!await IsTrueAsync(MayBecomeOwner, new { Owner }))
        {
            await ExecuteAsync($"GRANT {Owner} TO CURRENT_USER");
        }
    }

    /// <summary>Only a superuser may look; for others every password is a new one.</summary>
    private async Task<bool> HasPasswordAsync(string role, string password) =>
        await IsTrueAsync("SELECT has_table_privilege('pg_catalog.pg_authid', 'SELECT')")
        && ScramVerifier.IsFor(await ScalarAsync<string?>("SELECT rolpassword FROM pg_authid WHERE rolname = @role", new { role }), password);

    private Task<string> QuoteAsync(string text) => ScalarAsync<string>("SELECT quote_literal(@text)", new { text });

    private Task<bool> IsTrueAsync(string sql, object? parameters = null) => ScalarAsync<bool>(sql, parameters);

    private async Task<T> ScalarAsync<T>(string sql, object? parameters = null) =>
        (await connection.ExecuteScalarAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken)))!;

    private Task<int> ExecuteAsync(string sql) => connection.ExecuteAsync(new CommandDefinition(sql, cancellationToken: cancellationToken));
}
