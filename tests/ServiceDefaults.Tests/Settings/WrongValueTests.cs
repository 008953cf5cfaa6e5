using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using ServiceDefaults.Settings.Schema;
using ServiceDefaults.Tests.Settings.Reload;

namespace ServiceDefaults.Tests.Settings;

/// <summary>No setting of the catalog takes everything, and none betrays a secret when it refuses.</summary>
[Trait("Category", "Config")]
public sealed class WrongValueTests : IDisposable
{
    private const string Wrong = "hunter2\tno value";

    private readonly SettingsFixture _settings = new();

    public static TheoryData<string> All => [.. SettingsSchema.Product.Definitions.Select(definition => definition.Name)];

    /// <summary>Where the files are is fixed from outside of them here.</summary>
    public static TheoryData<string> Changeable =>
        [.. SettingsSchema.Product.Definitions.Select(definition => definition.Name).Where(name => name is not ("MCP_CONFIG_PATH" or "MCP_CONFIG_DIR"))];

    public static TheoryData<string> Ranges => [.. SettingsSchema.Product.Definitions.Where(definition => RangeOf(definition) is not null).Select(definition => definition.Name)];

    public void Dispose() => _settings.Dispose();

    [Theory]
    [MemberData(nameof(All))]
    [Trait("Requirement", "S-045")]
    public void A_wrong_value_stops_the_start_with_key_problem_and_cure(string name)
    {
        var definition = SettingsSchema.Product[name];
        _settings.CommandLine($"--{name}={Wrong}");

        // Where files are is looked at before there are bounds, so a wrong place is told twice.
        var error = _settings.Load().Errors.Last(error => error.Key == name);

        Assert.NotEmpty(error.Problem);
        Assert.Contains(name, error.Cure, StringComparison.Ordinal);
        Assert.Equal($"command line --{name}", error.Source);
        Assert.False(definition.Setting.Secret && error.ToString().Contains("hunter2", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Changeable))]
    [Trait("Requirement", "S-049")]
    public void A_wrong_value_stops_a_reload_with_key_problem_and_cure(string name)
    {
        _settings.Environment("MCP_CONFIG_PATH", _settings.Write("mcp.env", "# nothing\n"));
        using var running = new RunningSettings(_settings);
        var before = running.Current;

        _settings.Write("mcp.env", $"MCP_RATE_LIMIT_RPM=9\n{name}=\"{Wrong}\"\n");
        running.Settle();

        var line = Assert.Single(running.Logged("config_reload_failed"));
        Assert.Same(before, running.Current);
        Assert.Equal(name, line.Fields["Key"]);
        Assert.NotEqual("", line.Fields["Problem"]);
        Assert.Contains(name, Assert.IsType<string>(line.Fields["Cure"]), StringComparison.Ordinal);
        Assert.False(SettingsSchema.Product[name].Setting.Secret && running.AllLogged().Contains("hunter2", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Ranges))]
    [Trait("Requirement", "S-045")]
    public void A_number_beyond_its_bounds_is_refused_by_them(string name)
    {
        var range = RangeOf(SettingsSchema.Product[name])!;
        var (least, most) = (Convert.ToInt64(range.Minimum, CultureInfo.InvariantCulture), Convert.ToInt64(range.Maximum, CultureInfo.InvariantCulture));

        foreach (var number in new[] { least - 1, most + 1 })
        {
            _settings.Environment(name, number.ToString(CultureInfo.InvariantCulture));

            Assert.Equal($"must be between {least} and {most}", Assert.Single(_settings.Load().Errors, error => error.Key == name).Problem);
        }
    }

    private static RangeAttribute? RangeOf(SettingDefinition definition) => definition.Property.GetCustomAttribute<RangeAttribute>();
}
