using Npgsql;
using Testing;

namespace McpGateway.Tests.Migrations;

public sealed class SchemaTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-310")]
    [Trait("Requirement", "S-305")]
    public async Task The_gateways_tables_exist_after_migrating()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);

        Assert.Equal(
            "api_keys,audit_log,instances,refresh_tokens,role_permissions,roles,schema_migrations,sessions,user_roles,users",
            await QueryAsync(database.OwnerConnectionString, "SELECT string_agg(table_name, ',' ORDER BY table_name) FROM information_schema.tables WHERE table_schema = 'gateway'"));
        Assert.Equal(
            "idx_sessions_expires(expires_at),idx_sessions_user(user_id)",
            await QueryAsync(database.OwnerConnectionString, """
                SELECT string_agg(indexname || substring(indexdef from '\(.*\)'), ',' ORDER BY indexname) FROM pg_indexes
                WHERE schemaname = 'gateway' AND indexname IN ('idx_sessions_user', 'idx_sessions_expires')
                """));
    }

    [Fact]
    [Trait("Requirement", "S-113")]
    [Trait("Requirement", "S-313")]
    public async Task The_services_role_owns_nothing_and_has_exactly_its_grants()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);

        Assert.Equal("f|0", await QueryAsync(database.OwnerConnectionString, """
            SELECT concat_ws('|', rolsuper, (SELECT count(*) FROM pg_class c JOIN pg_roles o ON o.oid = c.relowner WHERE o.rolname = 'mcp_app'))
            FROM pg_roles WHERE rolname = 'mcp_app'
            """));
        Assert.Equal(
            """
            DELETE,INSERT,SELECT,UPDATE: gateway.api_keys gateway.instances gateway.refresh_tokens gateway.role_permissions gateway.roles gateway.sessions gateway.user_roles gateway.users worker.chunks worker.conversations worker.media worker.messages worker.passage_vectors
            INSERT,SELECT: gateway.audit_log
            INSERT,SELECT,UPDATE: backup.sets
            SELECT: gateway.schema_migrations
            """,
            await QueryAsync(database.OwnerConnectionString, """
                SELECT string_agg(privileges || ': ' || tables, E'\n' ORDER BY privileges) FROM (
                    SELECT privileges, string_agg(name, ' ' ORDER BY name) AS tables FROM (
                        SELECT (table_schema || '.' || table_name)::text COLLATE "C" AS name, string_agg(privilege_type, ',' ORDER BY privilege_type) AS privileges
                        FROM information_schema.table_privileges WHERE grantee = 'mcp_app' GROUP BY 1) one_table
                    GROUP BY privileges) one_line
                """));
    }

    [Fact]
    public async Task Administrators_may_do_everything_and_readers_only_read()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);

        Assert.Equal(
            "admin *;reader tool:*/*:list;reader tool:media/get:call;reader tool:media/list:call;reader tool:media/search:call;reader tool:rag/query:call",
            await QueryAsync(database.AppConnectionString, "SELECT string_agg(role || ' ' || permission, ';' ORDER BY role, permission COLLATE \"C\") FROM gateway.role_permissions"));
    }

    private static async Task<object?> QueryAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Token);
    }
}
