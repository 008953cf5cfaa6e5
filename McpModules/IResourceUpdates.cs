namespace McpModules;

/// <summary>Tells callers who subscribed to a resource that it has changed.</summary>
public interface IResourceUpdates
{
    /// <param name="server">The module or server that offers the resource.</param>
    /// <param name="uri">The resource; one that a template makes is told by its whole URI.</param>
    void Publish(string server, string uri);
}
