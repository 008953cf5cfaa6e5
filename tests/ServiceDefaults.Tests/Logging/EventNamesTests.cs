using System.Text.RegularExpressions;
using ServiceDefaults.Logging;

namespace ServiceDefaults.Tests.Logging;

public sealed partial class EventNamesTests
{
    [Theory]
    [Trait("Requirement", "S-206")]
    [InlineData("Now listening on: {address}", "now_listening_on")]
    [InlineData("Application started. Press Ctrl+C to shut down.", "application_started_press_ctrl_c_to_shut_down")]
    [InlineData("{Name} couldn't be read ({Count:N0} bytes)", "couldnt_be_read_bytes")]
    [InlineData("{Everything}", "message")]
    [InlineData("", "message")]
    [InlineData("Ümlaut größer", "mlaut_gr_er")]
    public void A_template_gives_the_name_of_its_words(string template, string expected) => Assert.Equal(expected, EventNames.OfTemplate(template));

    [Theory]
    [Trait("Requirement", "S-206")]
    [InlineData("ListeningOnAddress", "listening_on_address")]
    [InlineData("backup_started", "backup_started")]
    [InlineData("Microsoft.Some.Event", "microsoft_some_event")]
    public void A_name_is_written_in_snake_case(string name, string expected) => Assert.Equal(expected, EventNames.OfName(name));

    [Fact]
    public void Whatever_the_template_the_name_is_short_and_simple()
    {
        string[] templates = [new string('a', 500), string.Join(' ', Enumerable.Repeat("word", 100)), "}{ }} {{ {a {b} c} d", "123 %$§", "\0\n\t x"];

        Assert.All(templates, template => Assert.Matches(Simple(), EventNames.OfTemplate(template)));
    }

    [GeneratedRegex("^[a-z0-9_]{1,64}\\z", RegexOptions.None, 1000)]
    private static partial Regex Simple();
}
