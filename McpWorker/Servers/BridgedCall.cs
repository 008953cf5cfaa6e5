using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpWorker.Servers;

/// <summary>
/// One call at a server. It may outlive the request that began it: while a modern caller is asked something, the call waits
/// for the caller's next request.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The source has no timer and links to nothing, so there is nothing to free; who cancels last is not known.")]
internal sealed class BridgedCall(RequestId id, string server, CallerSide first)
{
    /// <summary>A server that asks more at once is not talking to a person.</summary>
    private const int MaxOpen = 16;

    /// <summary>News a slow reader is behind with; further ones are left out.</summary>
    private const int MaxUntold = 256;

    private readonly Lock _state = new();
    private readonly List<CallerQuestion> _open = [];
    private readonly CancellationTokenSource _stop = new();
    private CallerSide _caller = first;
    private bool _isAttached;
    private int _questions;
    private int _untold;
    private TaskCompletionSource _asked = Signal();
    private Task _telling = Task.CompletedTask;
    private Task<JsonObject> _answer = null!;

    public RequestId Id => id;

    public string Server => server;

    public CallerCapabilities Capabilities => _caller.Capabilities;

    public string? LogLevel => _caller.LogLevel;

    public void Start(Func<CancellationToken, Task<JsonObject>> send) => _answer = send(_stop.Token);

    /// <summary>Serves one request of the caller: ends with the server's answer, or with what the server wants to know first.</summary>
    public async Task<CallRound> RoundAsync(CallerSide caller, CancellationToken cancellationToken)
    {
        Attach(caller);
        using var leaving = cancellationToken.Register(Stop);
        await Task.WhenAny(_answer, Asked());

        Task telling;
        IReadOnlyList<CallerQuestion> open;
        lock (_state)
        {
            _isAttached = false;
            telling = _telling;
            open = [.. _open];
        }

        await telling.WaitAsync(cancellationToken);
        return _answer.IsCompleted ? new CallRound(await _answer, []) : new CallRound(null, open);
    }

    public void Stop() => _stop.Cancel();

    /// <summary>The caller did not come back: the server hears so in the words of its questions, and the call ends.</summary>
    public void GiveUp()
    {
        List<CallerQuestion> open;
        lock (_state)
        {
            open = [.. _open];
            _open.Clear();
        }

        open.ForEach(question => question.Decline());
        Stop();
    }

    /// <summary>Puts a question of the server to the caller.</summary>
    /// <exception cref="McpProtocolException">The caller's client cannot be asked this.</exception>
    public async Task<JsonNode?> AskAsync(JsonRpcRequest asked, CancellationToken withdrawn)
    {
        var caller = _caller;
        if (!caller.Capabilities.Allow(asked.Method, asked.Params))
        {
            throw new McpProtocolException($"The caller's client does not offer {asked.Method}.", McpErrorCode.InvalidRequest);
        }

        // Progress of an answer would come under a token that only its server knows; of a task the caller knows nothing.
        if ((asked.Params as JsonObject)?["_meta"] is JsonObject meta)
        {
            meta.Remove("progressToken");
            meta.Remove(ServerTask.RelatedMeta);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(withdrawn, _stop.Token);
        if (!caller.IsModern)
        {
            return await caller.AskAsync(asked, either.Token);
        }

        var question = Put(asked);
        try
        {
            return await question.Answer.WaitAsync(either.Token);
        }
        finally
        {
            lock (_state)
            {
                _open.Remove(question);
            }
        }
    }

    public void Report(JsonRpcNotification news) => Tell(news, static (caller, told) => caller.ReportAsync(told));

    public void Log(JsonRpcNotification news) => Tell(news, static (caller, told) => caller.LogAsync(told));

    /// <summary>The order of a server's news is kept, and its answer comes after them.</summary>
    private void Tell(JsonRpcNotification news, Func<CallerSide, JsonRpcNotification, Task> tell)
    {
        lock (_state)
        {
            if (_isAttached && _untold < MaxUntold)
            {
                _untold++;
                _telling = TellAsync(_telling, _caller, news, tell);
            }
        }
    }

    private async Task TellAsync(Task before, CallerSide caller, JsonRpcNotification news, Func<CallerSide, JsonRpcNotification, Task> tell)
    {
        await before;
        try
        {
            await tell(caller, news);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException or McpException)
        {
            // A caller that cannot be told any more is about to be noticed as gone.
        }
        finally
        {
            Interlocked.Decrement(ref _untold);
        }
    }

    /// <summary>The caller is there, perhaps with answers. Those it leaves out are asked again.</summary>
    private void Attach(CallerSide caller)
    {
        var answers = caller.Parameters["inputResponses"] as JsonObject;
        lock (_state)
        {
            _caller = caller;
            _isAttached = true;
            _open.RemoveAll(question => answers?[question.Key] is { } answer && question.TryAnswer(answer));
            _asked = Signal();
            if (_open.Count > 0)
            {
                _asked.SetResult();
            }
        }
    }

    private Task Asked()
    {
        lock (_state)
        {
            return _asked.Task;
        }
    }

    private CallerQuestion Put(JsonRpcRequest asked)
    {
        lock (_state)
        {
            if (_open.Count >= MaxOpen)
            {
                throw new McpProtocolException($"At most {MaxOpen} questions may be open in one call.", McpErrorCode.InvalidRequest);
            }

            var question = new CallerQuestion($"question_{++_questions}", asked);
            _open.Add(question);
            _asked.TrySetResult();
            return question;
        }
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>How a request of the caller ended: with the server's enclosed answer, or with questions.</summary>
internal sealed record CallRound(JsonObject? Answer, IReadOnlyList<CallerQuestion> Questions);
