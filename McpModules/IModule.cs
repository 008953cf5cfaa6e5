namespace McpModules;

/// <summary>Placeholder contract.</summary>
public interface IModule
{
    string Name { get; }
}
