namespace McpWorker.Servers;

/// <summary>Knows the way to servers of one kind. Register any number as singletons.</summary>
internal interface IServerLinks
{
    /// <param name="instance">Number of the server's instance, from 1.</param>
    /// <returns>Null when the server is of another kind.</returns>
    IServerLink? TryCreate(ServerDefinition definition, int instance);
}
