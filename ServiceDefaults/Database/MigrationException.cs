namespace ServiceDefaults.Database;

/// <summary>The schema could not be brought up to date. The message names the thing and the cure and holds no password.</summary>
public sealed class MigrationException(string message, Exception? cause = null) : Exception(message, cause);
