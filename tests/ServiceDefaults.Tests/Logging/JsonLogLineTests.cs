using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using ServiceDefaults.Logging;
using Testing;

namespace ServiceDefaults.Tests.Logging;

public sealed class JsonLogLineTests
{
    private static readonly ManualTimeProvider Clock = new(new DateTimeOffset(2026, 3, 4, 5, 6, 7, 89, TimeSpan.Zero));
    private readonly LoggerExternalScopeProvider _scopes = new();

    [Fact]
    [Trait("Requirement", "S-206")]
    public void A_line_has_time_level_logger_event_and_message()
    {
        var line = Render(Entry("Backed up {Source}", ("Source", "db")) with { Event = "BackupDone" });

        Assert.Equal("2026-03-04T05:06:07.089Z", line.GetProperty("timestamp").GetString());
        Assert.Equal("Warning", line.GetProperty("level").GetString());
        Assert.Equal("Tests", line.GetProperty("logger").GetString());
        Assert.Equal("backup_done", line.GetProperty("event").GetString());
        Assert.Equal("worker", line.GetProperty("service").GetString());
        Assert.Equal(ProductVersion.Current, line.GetProperty("version").GetString());
    }

    [Fact]
    [Trait("Requirement", "S-206")]
    public void Values_of_the_message_are_fields_of_their_own_kind()
    {
        var line = Render(Entry(
            "…",
            ("ItemCount", 3), ("Ratio", 0.5), ("IsLast", true), ("Nothing", null), ("Took", TimeSpan.FromSeconds(1.5)), ("Names", new[] { "a", "b" }), ("NotANumber", double.NaN)));

        Assert.Equal(3, line.GetProperty("item_count").GetInt32());
        Assert.Equal(0.5, line.GetProperty("ratio").GetDouble());
        Assert.True(line.GetProperty("is_last").GetBoolean());
        Assert.Equal(JsonValueKind.Null, line.GetProperty("nothing").ValueKind);
        Assert.Equal("00:00:01.5000000", line.GetProperty("took").GetString());
        Assert.Equal(["a", "b"], line.GetProperty("names").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal("NaN", line.GetProperty("not_a_number").GetString());
    }

    [Fact]
    public void Without_an_event_name_the_template_tells_lines_of_one_kind()
    {
        Assert.Equal("backed_up", Render(Entry("Backed up {Source}", ("Source", "db"))).GetProperty("event").GetString());
    }

    [Fact]
    public void An_exception_stays_on_its_line()
    {
        var exception = Record.Exception(Fail);

        var text = RenderText(Entry("Failed") with { Exception = exception });

        Assert.DoesNotContain('\n', text);
        var line = JsonDocument.Parse(text).RootElement;
        Assert.Equal("two\nlines", line.GetProperty("error").GetString());
        Assert.Equal("System.InvalidOperationException", line.GetProperty("error_type").GetString());
        Assert.Contains("at ServiceDefaults.Tests", line.GetProperty("traceback").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_cannot_replace_ours_nor_each_other()
    {
        using var outer = _scopes.Push(new Dictionary<string, object?> { ["request_id"] = "outer", ["Color"] = "red" });
        using var inner = _scopes.Push(new Dictionary<string, object?> { ["request_id"] = "inner" });

        var text = RenderText(Entry("{Level} {Color}", ("Level", "mine"), ("Color", "blue")));

        var line = JsonDocument.Parse(text).RootElement;
        Assert.Equal("Warning", line.GetProperty("level").GetString());
        Assert.Equal("mine", line.GetProperty("field_level").GetString());
        Assert.Equal("blue", line.GetProperty("color").GetString());
        Assert.Equal("inner", line.GetProperty("request_id").GetString());
        Assert.Equal(line.EnumerateObject().Count(), line.EnumerateObject().Select(field => field.Name).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void A_running_span_gives_its_ids()
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();

        var line = Render(Entry("…"));

        Assert.Equal(activity.TraceId.ToHexString(), line.GetProperty("trace_id").GetString());
        Assert.Equal(activity.SpanId.ToHexString(), line.GetProperty("span_id").GetString());
    }

    [Theory]
    [InlineData("broken \uD800 surrogate")]
    [InlineData("\0\u0001\u2028\"\\</script>")]
    public void Whatever_is_logged_the_line_is_json(string text)
    {
        var line = Render(Entry("{Text}", ("Text", text)) with { Message = text });

        Assert.Equal(text.Replace('\uD800', '\uFFFD'), line.GetProperty("text").GetString());
    }

    [Fact]
    public void Long_values_are_cut()
    {
        var line = Render(Entry("{Text}", ("Text", new string('x', 100_000))));

        Assert.Equal(8 * 1024 + 1, line.GetProperty("text").GetString()!.Length);
    }

    private static void Fail() => throw new InvalidOperationException("two\nlines");

    private static LogEntry Entry(string template, params (string Name, object? Value)[] fields) => new(
        "Tests",
        LogLevel.Warning,
        Event: null,
        "message",
        [.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)), KeyValuePair.Create("{OriginalFormat}", (object?)template)],
        Exception: null);

    private JsonElement Render(LogEntry entry) => JsonDocument.Parse(RenderText(entry)).RootElement;

    private string RenderText(LogEntry entry) => System.Text.Encoding.UTF8.GetString(new JsonLogLine("worker", Clock).Format(entry, _scopes)).TrimEnd('\n');
}
