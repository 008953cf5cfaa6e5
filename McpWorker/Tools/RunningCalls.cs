using System.Collections.Concurrent;
using ModelContextProtocol;

namespace McpWorker.Tools;

/// <summary>Counts the calls that run, by server, so that a server can be taken out of service after its last one.</summary>
internal sealed class RunningCalls
{
    private readonly ConcurrentDictionary<string, Gate> _gates = new(StringComparer.Ordinal);

    /// <summary>A call runs from here until the result is disposed of.</summary>
    /// <exception cref="McpProtocolException">The server was taken out of service after the caller had found it.</exception>
    public IDisposable? Begin(ToolAddress? address)
    {
        if (address is null)
        {
            return null;
        }

        var gate = Of(address.Server);
        return gate.TryEnter() ? gate : throw new McpProtocolException($"'{address.Server}' is not served any more.", McpErrorCode.InvalidParams);
    }

    /// <summary>Lets no further call begin; completes when none runs.</summary>
    public Task CloseAsync(string server) => Of(server).CloseAsync();

    public void Open(string server) => Of(server).Open();

    private Gate Of(string server) => _gates.GetOrAdd(server, static _ => new Gate());

    private sealed class Gate : IDisposable
    {
        private readonly Lock _counting = new();
        private int _running;
        private TaskCompletionSource? _closed;

        public bool TryEnter()
        {
            lock (_counting)
            {
                if (_closed is not null)
                {
                    return false;
                }

                _running++;
                return true;
            }
        }

        public Task CloseAsync()
        {
            lock (_counting)
            {
                _closed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (_running == 0)
                {
                    _closed.TrySetResult();
                }

                return _closed.Task;
            }
        }

        public void Open()
        {
            lock (_counting)
            {
                _closed = null;
            }
        }

        /// <summary>The end of one call.</summary>
        public void Dispose()
        {
            lock (_counting)
            {
                if (--_running == 0)
                {
                    _closed?.TrySetResult();
                }
            }
        }
    }
}
