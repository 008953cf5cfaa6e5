using McpWorker.Caching;
using ModelContextProtocol.Protocol;

namespace McpWorker.Tests.Caching;

[Trait("Requirement", "S-327")]
public sealed class RecentResultsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 7, 28, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_entry_beyond_the_bound_pushes_out_the_one_used_longest_ago()
    {
        var recent = new RecentResults();
        for (var i = 0; i < 1000; i++)
        {
            recent.Put($"{i}", Result(), most: 1000);
        }

        recent.Find("0", Noon, DateTimeOffset.MinValue);
        recent.Put("1000", Result(), most: 1000);

        Assert.Equal(1000, recent.Count);
        Assert.NotNull(recent.Find("0", Noon, DateTimeOffset.MinValue));
        Assert.Null(recent.Find("1", Noon, DateTimeOffset.MinValue));
    }

    [Fact]
    public void Large_results_push_out_others_before_there_are_too_many_bytes()
    {
        var recent = new RecentResults();
        for (var i = 0; i < 10; i++)
        {
            recent.Put($"{i}", Result(new string('x', 10 * 1024 * 1024)), most: 1000);
        }

        Assert.Equal(6, recent.Count);
    }

    [Fact]
    public void A_result_is_found_until_it_expires_and_while_alone_not_as_long()
    {
        var recent = new RecentResults();
        recent.Put("a", Result(), most: 1);

        Assert.NotNull(recent.Find("a", Noon.AddMinutes(59), DateTimeOffset.MinValue));
        Assert.Null(recent.Find("a", Noon.AddSeconds(11), keptAfter: Noon.AddSeconds(1)));
        Assert.Null(recent.Find("a", Noon.AddHours(1), DateTimeOffset.MinValue));
        Assert.Equal(0, recent.Count);
    }

    [Fact]
    public void What_comes_from_Redis_expires_when_it_was_to_expire()
    {
        var stored = Result();

        var half = KeptResult.Parse(stored.Json, Noon.AddMinutes(30));

        Assert.Equal(Noon.AddHours(1), half!.Expires);
        Assert.Null(KeptResult.Parse(stored.Json, Noon.AddHours(1)));
        Assert.Null(KeptResult.Parse("{\"expires\":\"never\"}"u8.ToArray(), Noon));
    }

    private static KeptResult Result(string text = "x") =>
        KeptResult.Of(new CallToolResult { Content = [new TextContentBlock { Text = text }] }, Noon, TimeSpan.FromHours(1));
}
