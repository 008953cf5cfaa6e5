namespace McpWorker.Arguments;

/// <summary>A tool's input schema is no schema that arguments can be held to; the message says why.</summary>
internal sealed class SchemaException(string message, Exception? innerException = null) : Exception(message, innerException);
