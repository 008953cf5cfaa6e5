using McpWorker.Hosting.Output;
using Testing;

namespace McpWorker.Tests.Hosting;

public sealed class PrintedLinesTests
{
    [Fact]
    public void A_server_that_floods_is_told_of_every_ten_seconds_with_every_line_counted()
    {
        var clock = new ManualTimeProvider();
        using var log = new TestLog();
        var printed = new PrintedLines("loud", 1, [], clock, log.CreateLogger("printed"));

        for (var tenth = 0; tenth < 300; tenth++)
        {
            for (var line = 0; line < 10; line++)
            {
                printed.Error("noise"u8);
            }

            clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        printed.End();

        var told = log.Entries.Where(entry => entry.Event.Name == "hosted_server_lines_suppressed").ToList();
        var logged = log.Entries.Count(entry => entry.Event.Name == "hosted_server_stderr");
        Assert.InRange(told.Count, 2, 5);
        Assert.Equal(3000, logged + told.Sum(entry => (int)entry.Fields["Count"]!));
    }
}
