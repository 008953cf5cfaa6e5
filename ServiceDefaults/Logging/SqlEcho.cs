namespace ServiceDefaults.Logging;

/// <summary>The lines of MCP_SQL_ECHO: one a statement, with its duration. Npgsql writes parameters as placeholders.</summary>
internal static class SqlEcho
{
    public const string EventName = "sql";
    public const string Category = "Npgsql.Command";

    public static bool IsStatement(string category, string name) =>
        category == Category && name is "CommandExecutionCompleted" or "BatchExecutionCompleted";
}
