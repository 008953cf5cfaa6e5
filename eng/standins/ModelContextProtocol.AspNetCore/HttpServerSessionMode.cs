namespace ModelContextProtocol.AspNetCore;

/// <summary>Which clients get a session.</summary>
public enum HttpServerSessionMode
{
    /// <summary>Nobody: every request stands alone, in every protocol version.</summary>
    Stateless,

    /// <summary>Everybody; protocol versions without sessions are refused.</summary>
    Stateful,

    /// <summary>Clients that say <c>initialize</c>; newer ones are served without a session on the same endpoint.</summary>
    StatefulForInitializeClients,
}
