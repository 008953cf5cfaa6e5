using System.Data.Common;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A database of a PostgreSQL server.</summary>
public class PostgresDatabaseResource(string name, string databaseName, PostgresServerResource postgresParentResource)
    : Resource(name), IResourceWithParent<PostgresServerResource>, IResourceWithConnectionString
{
    public PostgresServerResource Parent { get; } = postgresParentResource;

    public string DatabaseName { get; } = databaseName;

    /// <summary>The server's, and the database, quoted where its name needs it.</summary>
    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create($"{Parent};{new DbConnectionStringBuilder { ["Database"] = DatabaseName }.ConnectionString}");

    public ReferenceExpression UriExpression => Parent.UriOf(DatabaseName);

    public ReferenceExpression JdbcConnectionString => Parent.JdbcOf(DatabaseName);

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties()
    {
        // The server's parts in their places, with those that name the database instead of the server's own.
        var own = new OrderedDictionary<string, ReferenceExpression>(
            ((IResourceWithConnectionString)Parent).GetConnectionProperties(), StringComparer.OrdinalIgnoreCase)
        {
            ["Uri"] = UriExpression,
            ["JdbcConnectionString"] = JdbcConnectionString,
            ["DatabaseName"] = ReferenceExpression.Create($"{DatabaseName}"),
        };

        return own;
    }
}
