using System.Text;
using ServiceDefaults.Settings.Layers;

namespace ServiceDefaults.Tests.Settings;

[Trait("Category", "Config")]
public sealed class YamlFileTests : IDisposable
{
    private readonly SettingsFixture _settings = new();

    public void Dispose() => _settings.Dispose();

    [Theory]
    [InlineData("a:\n  b:\n    c: 5", "a.b.c", "5")]
    [InlineData("a: {b: text with spaces}", "a.b", "text with spaces")]
    [InlineData("a: [x, 'y # z']", "a", "[\"x\",\"y # z\"]")]
    [InlineData("a: []", "a", "[]")]
    [InlineData("a: ~", "a", "")]
    [InlineData("a:", "a", "")]
    [InlineData("a: 'null'", "a", "null")]
    [InlineData("a: |\n  two\n  lines", "a", "two\nlines")]
    [InlineData("x: &x 7\na: *x", "a", "7")]
    [Trait("Requirement", "S-039")]
    public void Leaves_are_found_by_their_path(string yaml, string path, string expected) =>
        Assert.Equal(expected, YamlFile.Read(_settings.Write("x.yaml", yaml))[path].Text);

    [Theory]
    [InlineData("")]
    [InlineData("# comments only\n")]
    public void A_file_without_values_is_fine(string yaml) => Assert.Empty(YamlFile.Read(_settings.Write("x.yaml", yaml)));

    [Theory]
    [InlineData("a: [1, 2\nb: 3", ":")]
    [InlineData("a:\n  b: 1\n c: 2", ":3:")]
    [InlineData("a: 1\na: 2", ":2:1")]
    [InlineData("a: *nowhere", ":1:")]
    [InlineData("just text", ":1")]
    [InlineData("- 1\n- 2", ":1")]
    [InlineData("? [a]\n: 1", ":1")]
    [Trait("Requirement", "S-045")]
    public void A_broken_file_is_refused_by_file_line_and_column(string yaml, string place)
    {
        var path = _settings.Write("configs/config.yaml", yaml);

        var error = _settings.Error();

        Assert.Equal("config.yaml", error.Key);
        Assert.StartsWith(path + place, error.Source, StringComparison.Ordinal);
        Assert.NotEmpty(error.Problem);
    }

    [Theory]
    [InlineData("a:\n  b: [5\n   c: :\n", "did not find expected ',' or ']'")]
    [InlineData("a:\n  b: 1\n c: 2", "did not find expected key")]
    [InlineData("a: 1\na: 2", "a key is there twice")]
    [Trait("Requirement", "S-049")]
    public void What_is_wrong_is_said_in_words(string yaml, string problem)
    {
        _settings.Write("configs/config.yaml", yaml);

        Assert.Contains(problem, _settings.Error().Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_that_unfold_without_end_are_refused()
    {
        var bomb = new StringBuilder("a0: &a0 {k: v}\n");
        for (var i = 1; i < 12; i++)
        {
            bomb.Append($"a{i}: &a{i} {{").AppendJoin(", ", Enumerable.Range(0, 10).Select(j => $"k{j}: *a{i - 1}")).Append("}\n");
        }

        _settings.Yaml("config.yaml", bomb.ToString());

        Assert.Contains("more than 5000 values", _settings.Error().Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mapping_that_holds_itself_is_refused()
    {
        _settings.Yaml("config.yaml", "a: &a {b: *a}");

        Assert.Equal("config.yaml", _settings.Error().Key);
    }

    [Fact]
    public void Nesting_without_end_is_refused()
    {
        _settings.Yaml("config.yaml", "a: " + new string('[', 100_000));

        Assert.Contains("levels deep", _settings.Error().Problem, StringComparison.Ordinal);
    }
}
