using BackupService.Sets;

namespace BackupService.Tests.Sets;

public sealed class SetIdTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 23, 59, 59, 999, TimeSpan.Zero);

    [Fact]
    [Trait("Requirement", "S-257")]
    public void A_set_is_named_by_the_utc_second_of_its_start()
    {
        Assert.Equal("20260131_235959", SetId.New(Now.ToOffset(TimeSpan.FromHours(9)), _ => false));
    }

    [Fact]
    public void A_taken_second_gets_a_number()
    {
        string[] taken = ["20260131_235959", "20260131_235959-1"];

        Assert.Equal("20260131_235959-2", SetId.New(Now, taken.Contains));
    }

    [Fact]
    public void Ids_order_by_time_then_number()
    {
        string[] ids = ["20260131_235959-10", "20260131_235959-9", "20260201_000000", "20260131_235959"];

        Array.Sort(ids, SetId.Compare);

        Assert.Equal(["20260131_235959", "20260131_235959-9", "20260131_235959-10", "20260201_000000"], ids);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../../etc")]
    [InlineData("20260131_235959/..")]
    [InlineData("20260131_235959\n")]
    [InlineData("")]
    [InlineData("latest")]
    public void Nothing_else_can_name_a_set(string text)
    {
        Assert.False(SetId.IsValid(text));
    }
}
