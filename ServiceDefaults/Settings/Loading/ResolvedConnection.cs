namespace ServiceDefaults.Settings.Loading;

/// <summary>A connection string as the client library reads it.</summary>
/// <param name="Name">Resource name: <c>mcpdb</c> or <c>redis</c>.</param>
/// <param name="Display">The same without its password.</param>
internal sealed record ResolvedConnection(string Name, string Value, string Display, string Source)
{
    public string Key => $"ConnectionStrings:{Name}";
}
