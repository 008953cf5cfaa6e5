using System.Text;
using McpWorker.Upstreams.Http;

namespace McpWorker.Tests.Upstreams.Http;

public sealed class BoundedStreamTests
{
    private const int Limit = 1000;

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Events_without_number_pass_as_long_as_each_is_short(string lineEnd)
    {
        var events = string.Concat(Enumerable.Repeat($"event: message{lineEnd}data: {{}}{lineEnd}{lineEnd}", 500));

        Assert.Equal(events, Read(events, isEventStream: true));
    }

    [Theory]
    [InlineData("data: a\n")]
    [InlineData("data: a\r\n")]
    [InlineData("data: a")]
    [InlineData("data: a\r")]
    public void An_event_without_end_is_cut_off_however_short_its_lines(string line)
    {
        var failure = Assert.Throws<IOException>(() => Read(string.Concat(Enumerable.Repeat(line, 500)), isEventStream: true));

        Assert.Contains("'shop' sent a message of more than 1000 bytes (max_message_bytes)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_lines_do_not_lengthen_what_is_no_event_stream() =>
        Assert.Throws<IOException>(() => Read(new string('\n', Limit + 1), isEventStream: false));

    /// <summary>In reads of every size, so that lines and their ends are torn apart.</summary>
    private static string Read(string text, bool isEventStream)
    {
        using var stream = new BoundedStream(new MemoryStream(Encoding.UTF8.GetBytes(text)), "shop", Limit, isEventStream);
        var read = new StringBuilder();
        var buffer = new byte[16];
        for (var size = 1; stream.Read(buffer.AsSpan(0, size)) is > 0 and var count; size = (size % buffer.Length) + 1)
        {
            read.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return read.ToString();
    }
}
