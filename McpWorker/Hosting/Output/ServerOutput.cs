namespace McpWorker.Hosting.Output;

/// <summary>
/// Reads what a server prints. .NET reads a pipe by blocking a thread, and those of the pool are few, so each of the two streams
/// has a thread of its own as long as the process lives. Who prints more than is allowed waits for the reader, as at any full pipe.
/// </summary>
internal sealed class ServerOutput(PrintedLines printed, TimeProvider clock)
{
    private const double BytesPerSecond = 256 * 1024;
    private const double BytesAtOnce = 1024 * 1024;
    private const int StackBytes = 256 * 1024;

    private readonly TaskCompletionSource _hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Allowance _noise = new(BytesPerSecond, BytesAtOnce, clock);

    /// <summary>Lines for people.</summary>
    public Task ReadErrors(Stream stream, string name) => OnThread(name + " stderr", () =>
    {
        var lines = new LineReader(stream, PrintedLines.Longest);
        for (var kind = lines.Read(out var line); kind != LineKind.End; kind = lines.Read(out line))
        {
            printed.Error(line.Span);
            Wait(_noise.Take(line.Length + 1));
        }
    });

    /// <summary>Messages for the worker.</summary>
    /// <param name="accept">False when a line is no message.</param>
    public Task ReadMessages(Stream stream, string name, int longest, Func<ReadOnlyMemory<byte>, (bool IsMessage, TimeSpan Wait)> accept, Action tooLong) => OnThread(name + " stdout", () =>
    {
        var lines = new LineReader(stream, longest);
        for (var kind = lines.Read(out var line); kind != LineKind.End; kind = lines.Read(out line))
        {
            if (kind == LineKind.Cut)
            {
                tooLong();
                return;
            }

            var (isMessage, wait) = accept(line);
            if (!isMessage)
            {
                printed.Garbage(line.Span);
                wait = _noise.Take(line.Length + 1);
            }

            Wait(wait);
        }
    });

    /// <summary>Nobody waits any more: what is left is read to the end.</summary>
    public void Hurry() => _hurry.TrySetResult();

    private void Wait(TimeSpan time)
    {
        if (time > TimeSpan.Zero)
        {
            _hurry.Task.Wait(time);
        }
    }

    private static Task OnThread(string name, Action read)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                read();
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                // The pipe was closed under it: the process has ended.
            }
            catch (Exception exception)
            {
                // Out of a thread it would end the worker.
                done.SetException(exception);
            }
            finally
            {
                done.TrySetResult();
            }
        }, StackBytes)
        { IsBackground = true, Name = name };
        thread.Start();
        return done.Task;
    }
}
