using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Testing;

/// <summary>One line something logged.</summary>
/// <param name="Fields">The values in the message's braces, by name.</param>
public sealed record LoggedEntry(
    LogLevel Level, string Category, EventId Event, string Message, Exception? Exception, IReadOnlyDictionary<string, object?> Fields);

/// <summary>Keeps what is logged for assertions, and writes it to the running test's output.</summary>
public sealed class TestLog : ILoggerProvider, ILoggerFactory
{
    private readonly ConcurrentQueue<LoggedEntry> _entries = new();
    private readonly ConcurrentDictionary<TaskCompletionSource<LoggedEntry>, Func<LoggedEntry, bool>> _waiters = new();
    private readonly ITestOutputHelper? _output = TestContext.Current.TestOutputHelper;

    public IReadOnlyCollection<LoggedEntry> Entries => _entries;

    public ILogger CreateLogger(string categoryName) => new CategoryLogger(this, categoryName);

    public ILogger<T> CreateLogger<T>() => new Logger<T>(this);

    /// <summary>The first entry, already there or still to come, that fits.</summary>
    public async Task<LoggedEntry> WaitForAsync(Func<LoggedEntry, bool> fits, CancellationToken cancellationToken)
    {
        var waiter = new TaskCompletionSource<LoggedEntry>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiters[waiter] = fits;
        if (_entries.FirstOrDefault(fits) is { } entry)
        {
            waiter.TrySetResult(entry);
        }

        try
        {
            return await waiter.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
        }
        finally
        {
            _waiters.TryRemove(waiter, out _);
        }
    }

    void ILoggerFactory.AddProvider(ILoggerProvider provider) => throw new NotSupportedException("A test log is its own and only provider.");

    public void Dispose()
    {
    }

    private void Add(LoggedEntry entry)
    {
        _entries.Enqueue(entry);
        foreach (var (waiter, fits) in _waiters)
        {
            if (fits(entry))
            {
                waiter.TrySetResult(entry);
            }
        }

        try
        {
            _output?.WriteLine($"{entry.Level} {entry.Category}: {entry.Message}{(entry.Exception is null ? "" : $"\n{entry.Exception}")}");
        }
        catch (InvalidOperationException)
        {
            // The test is over; something it started still talks.
        }
    }

    private sealed class CategoryLogger(TestLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var fields = new Dictionary<string, object?>(StringComparer.Ordinal);
            foreach (var (name, value) in state as IEnumerable<KeyValuePair<string, object?>> ?? [])
            {
                fields[name] = value;
            }

            log.Add(new LoggedEntry(logLevel, category, eventId, formatter(state, exception), exception, fields));
        }
    }
}
