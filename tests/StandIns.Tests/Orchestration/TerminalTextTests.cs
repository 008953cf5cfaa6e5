using Aspire.Hosting.Orchestration;

namespace StandIns.Tests.Orchestration;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("plain text, ünïcode 漢字 ✓", "plain text, ünïcode 漢字 ✓")]
    [InlineData("\e[31mred\e[0m", "red")]
    [InlineData("\e]0;new title\atext", "text")]
    [InlineData("\e]52;c;aGVsbG8=\e\\text", "text")]
    [InlineData("\u009b2Jtext", "text")]
    [InlineData("\ePq#0\e\\text", "text")]
    [InlineData("\ectext", "text")]
    [InlineData("a\tb\rc\bd\0e", "a b?c?d?e")]
    [InlineData("\u202eevil\u2066", "?evil?")]
    [InlineData("\e[", "")]
    [InlineData("\e]unended", "")]
    [InlineData("\e", "")]
    public void Nothing_that_steers_a_terminal_passes(string text, string shown) => Assert.Equal(shown, TerminalText.Sanitise(text));

    [Fact]
    public void A_long_line_is_cut() => Assert.Equal(TerminalText.MaxLength + 1, TerminalText.Sanitise(new string('x', 10_000)).Length);

    [Theory]
    [InlineData("""{"level":"Error","message":"MCP_PORT is not a port","cure":"1 to 65535."}""", "Error: MCP_PORT is not a port | 1 to 65535.")]
    [InlineData("""{"level":"Information","message":"Started"}""", "Information: Started")]
    [InlineData("{ not JSON", "{ not JSON")]
    [InlineData("""{"message":7}""", """{"message":7}""")]
    public void A_JSON_log_line_is_shown_as_its_sentences(string line, string shown) => Assert.Equal(shown, TerminalText.ForPeople(line));
}
