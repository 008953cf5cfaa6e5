using ModelContextProtocol;

namespace McpModules;

/// <summary>
/// Something a tool needs failed for a reason that passes by itself. A read-only or idempotent tool is then run again, up to
/// <c>MCP_MODULE_MAX_RETRIES</c> times within <c>MCP_MODULE_TIMEOUT</c>; any other tool never is. The caller is told the
/// message when the last attempt has failed too.
/// </summary>
public sealed class TransientException(string message, Exception? innerException = null) : McpException(message, innerException);
