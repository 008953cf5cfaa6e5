using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ServiceDefaults.Logging;

/// <summary>Makes loggers that write <see cref="JsonLogLine"/>s.</summary>
[ProviderAlias("Json")]
internal sealed class JsonLoggerProvider : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentDictionary<string, JsonLogger> _loggers = new(StringComparer.Ordinal);
    private readonly LogLineWriter _writer;
    private readonly LogScopes _scopes;
    private readonly JsonLogLine _line;

    public JsonLoggerProvider(LogLineWriter writer, LogScopes scopes, ServiceIdentity identity, TimeProvider clock)
    {
        _writer = writer;
        _scopes = scopes;
        _line = new JsonLogLine(identity.Name, clock);
        writer.Render = entry => _line.Format(entry, scopes: null);
    }

    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, static (name, provider) => new JsonLogger(name, provider), this);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes.Provider = scopeProvider;

    public void Dispose()
    {
    }

    private sealed class JsonLogger(string category, JsonLoggerProvider provider) : ILogger
    {
        // "Hosting failed to start": the same exception ends the process, which tells it better.
        private readonly int? _silentEvent = category == "Microsoft.Extensions.Hosting.Internal.Host" ? 11 : null;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => provider._scopes.Provider.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.None || (_silentEvent is { } silent && eventId.Id == silent))
            {
                return;
            }

            var entry = new LogEntry(
                category, logLevel, eventId.Name, formatter(state, exception), state as IReadOnlyList<KeyValuePair<string, object?>> ?? [], exception);
            var targets = logLevel >= LogLevel.Error ? LogTargets.Main | LogTargets.ErrorFile : LogTargets.Main;
            provider._writer.Write(new LogLine(provider._line.Format(entry, provider._scopes.Provider), targets));
        }
    }
}
