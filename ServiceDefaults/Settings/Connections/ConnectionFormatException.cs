namespace ServiceDefaults.Settings.Connections;

/// <summary>An address that cannot be understood. The message never quotes it: it may hold a password anywhere.</summary>
internal sealed class ConnectionFormatException(string problem) : Exception(problem);
