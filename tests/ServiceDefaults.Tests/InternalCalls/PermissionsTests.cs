using ServiceDefaults.InternalCalls;

namespace ServiceDefaults.Tests.InternalCalls;

public sealed class PermissionsTests
{
    [Theory]
    [Trait("Requirement", "S-071")]
    [InlineData("*", "tool:media/search:call")]
    [InlineData("*", "admin:users:write")]
    [InlineData("tool:media/search:call", "tool:media/search:call")]
    [InlineData("tool:media/*:call", "tool:media/search:call")]
    [InlineData("tool:media/*:*", "tool:media/search:list")]
    [InlineData("tool:*/search:call", "tool:media/search:call")]
    [InlineData("tool:*/*:*", "tool:orders/add_line:call")]
    [InlineData("tool:media/get_*:call", "tool:media/get_all:call")]
    [InlineData("tool:media/*a*b:call", "tool:media/xaxxbab:call")]
    [InlineData("tools:media.*", "tool:media/search:call")]
    [InlineData("tools:media.*", "tool:media/search:list")]
    [InlineData("tools:media.search", "tool:media/search:call")]
    [InlineData("tools:*", "tool:media/search:call")]
    [InlineData("tools:*.search", "tool:media/search:call")]
    public void A_permission_covers_what_its_wildcards_say(string granted, string needed) =>
        Assert.True(Permissions.Allows(["tool:none/none:list", granted], needed));

    [Theory]
    [Trait("Requirement", "S-071")]
    [InlineData("tool:media/search:call", "tool:media/search:list")]
    [InlineData("tool:media/search:call", "tool:media/search2:call")]
    [InlineData("tool:media/*:call", "tool:media2/search:call")]
    [InlineData("tool:media/*:list", "tool:media/search:call")]
    [InlineData("tool:*", "tool:media/search:call")]
    [InlineData("tool:m*:call", "tool:media/search:call")]
    [InlineData("tools:media.*", "tool:mediators/search:call")]
    [InlineData("tools:media.*", "admin:users:write")]
    [InlineData("tools:*", "admin:users:write")]
    [InlineData("tools:media", "tool:media/search:call")]
    [InlineData("tools:.*", "tool:media/search:call")]
    [InlineData("TOOL:media/search:call", "tool:media/search:call")]
    [InlineData("admin:*", "tool:media/search:call")]
    [InlineData("", "tool:media/search:call")]
    [InlineData("tool:media/a*b*c:call", "tool:media/acb:call")]
    public void A_permission_covers_nothing_beyond(string granted, string needed) =>
        Assert.False(Permissions.Allows([granted], needed));

    [Fact]
    public void Nobody_without_permissions_may_do_anything() =>
        Assert.False(Permissions.Allows([], Permissions.ForTool("media", "search", Permissions.Call)));

    [Fact]
    public void A_hostile_pattern_is_matched_in_linear_time()
    {
        var pattern = "tool:media/" + string.Concat(Enumerable.Repeat("*a", 2_000)) + "b:call";

        Assert.False(Permissions.Allows([pattern], "tool:media/" + new string('a', 10_000) + ":call"));
    }
}
