using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Testing;

namespace BackupService.Tests.Sets;

public sealed class RunLogTests(PostgresServer postgres) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Requirement", "S-206")]
    public async Task Every_line_of_a_run_carries_the_runs_id()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, TestContext.Current.CancellationToken);
        using var log = new ScopedLog();
        using var host = new BackupHost(database, _folder, services => services.AddSingleton<ILoggerProvider>(log));
        var run = host.Runner.Begin(BackupHost.Tester);

        await host.Runner.RunAsync(run, TestContext.Current.CancellationToken);

        var ids = log.Lines.Where(line => line.Event is "backup_started" or "backup_finished").Select(line => line.RunId);
        Assert.Equal([run.RunId.ToString("N"), run.RunId.ToString("N")], ids);
    }

    /// <summary>Keeps which run each line belongs to.</summary>
    private sealed class ScopedLog : ILoggerProvider, ISupportExternalScope, ILogger
    {
        private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

        public ConcurrentQueue<(string? Event, string? RunId)> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => _scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            string? run = null;
            _scopes.ForEachScope((scope, _) => run = (scope as IReadOnlyDictionary<string, object?>)?.GetValueOrDefault("run_id") as string ?? run, state);
            Lines.Enqueue((eventId.Name, run));
        }

        public void Dispose()
        {
        }
    }
}
