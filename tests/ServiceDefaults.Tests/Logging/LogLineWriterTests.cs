using System.Text;
using ServiceDefaults.Logging;

namespace ServiceDefaults.Tests.Logging;

public sealed class LogLineWriterTests
{
    [Fact]
    [Trait("Requirement", "S-206")]
    public void What_was_written_before_the_end_is_there_after_it()
    {
        using var output = new MemoryStream();
        using (var writer = new LogLineWriter(output, capacity: 1_000))
        {
            for (var number = 0; number < 500; number++)
            {
                writer.Write(Line($"line {number}"));
            }
        }

        Assert.Equal(Enumerable.Range(0, 500).Select(number => $"line {number}"), Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_terminal_that_hangs_holds_nobody_up_and_the_loss_is_told()
    {
        using var output = new StalledStream();
        using (var writer = new LogLineWriter(output, capacity: 5) { Render = note => Encoding.UTF8.GetBytes($"{note.EventName} {note.Fields[0].Value}\n") })
        {
            writer.Write(Line("first"));
            await output.Reached.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

            for (var number = 0; number < 50; number++)
            {
                writer.Write(Line($"line {number}"));
            }

            output.Release();
        }

        var lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["first", "line 0", "line 1", "line 2", "line 3", "line 4", "log_lines_dropped 45"], lines);
    }

    private static LogLine Line(string text) => new(Encoding.UTF8.GetBytes(text + "\n"), LogTargets.Main);

    /// <summary>Stands still at the first write until released.</summary>
    private sealed class StalledStream : MemoryStream
    {
        private readonly ManualResetEventSlim _released = new();

        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => _released.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Reached.TrySetResult();
            _released.Wait();
            base.Write(buffer);
        }

        protected override void Dispose(bool disposing)
        {
            _released.Dispose();
            base.Dispose(disposing);
        }
    }
}
