using ModelContextProtocol;

namespace McpWorker.Servers;

/// <summary>A server did not get a call, or did not live to answer it. Callers read the message.</summary>
internal sealed class ServerLostException(string server, bool wasReached, Exception? inner = null) : McpException(Describe(server, wasReached), inner)
{
    /// <summary>Whether the server may have begun what was asked.</summary>
    public static bool WasReached(Exception exception) => exception switch
    {
        HttpRequestException { StatusCode: not null } => false,
        HttpRequestException http => http.HttpRequestError is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError),
        ServerUnavailableException => false,
        { InnerException: { } inner } => WasReached(inner),
        _ => true,
    };

    private static string Describe(string server, bool wasReached) => wasReached
        ? $"The server '{server}' ended, or closed the connection, before it had answered. Whether it did what was asked is not known; look before you try again."
        : $"The server '{server}' cannot be reached now. Try again in a minute; its operator can see why in the worker's log.";
}
