using Microsoft.Extensions.Logging;

namespace ServiceDefaults.Logging;

/// <summary>The scopes of all loggers, for whoever adds them to what it writes.</summary>
internal sealed class LogScopes
{
    public IExternalScopeProvider Provider { get; set; } = new LoggerExternalScopeProvider();
}
