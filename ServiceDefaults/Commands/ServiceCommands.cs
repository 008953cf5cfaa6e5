using System.CommandLine;

namespace ServiceDefaults.Commands;

/// <summary>The verbs of an executable: those every service has, and its own.</summary>
public static class ServiceCommands
{
    /// <summary>Runs the verb that <paramref name="args"/> name. Null: they name none, so the service itself is to start.</summary>
    public static Task<int?> TryRunAsync(string[] args, ServiceIdentity identity, params Command[] own) => Task.FromResult<int?>(null);
}
