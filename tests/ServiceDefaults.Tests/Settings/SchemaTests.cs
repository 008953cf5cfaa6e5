using Microsoft.Extensions.Configuration;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Layers;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Tests.Settings;

/// <summary>What every entry of the catalog must keep to, those that later features add too.</summary>
[Trait("Category", "Config")]
public sealed class SchemaTests
{
    /// <summary>They belong to everybody, so no new one is called like that.</summary>
    private static readonly string[] NamesOfTheSources =
        ["CMS_BASE_URL", "OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET", "OAUTH_REDIRECT_URI", "API_TIMEOUT", "MAX_RETRIES", "CACHE_TTL", "CACHE_MAX_SIZE", "NODE_OPTIONS"];

    public static TheoryData<string> Names => [.. SettingsSchema.Product.Definitions.Select(definition => definition.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    [Trait("Requirement", "S-013")]
    public void A_setting_explains_itself(string name)
    {
        var setting = SettingsSchema.Product[name].Setting;

        Assert.True(name.StartsWith("MCP_", StringComparison.Ordinal) || NamesOfTheSources.Contains(name, StringComparer.Ordinal), name);
        Assert.Matches("^[A-Z][A-Z0-9_]+$", name);
        Assert.EndsWith(".", setting.Description, StringComparison.Ordinal);
        Assert.NotEqual(SettingUsers.None, setting.UsedBy);
    }

    [Theory]
    [MemberData(nameof(Names))]
    [Trait("Requirement", "S-045")]
    public void A_default_keeps_to_its_own_bounds_and_reads_back(string name)
    {
        var definition = SettingsSchema.Product[name];
        var options = Activator.CreateInstance(definition.Property.DeclaringType!)!;

        Assert.Null(definition.FindProblem(options, definition.Default));
        var text = definition.Setting.Example ?? SettingText.Format(definition.Default);
        if (text.Length > 0)
        {
            var (value, problem) = SettingText.Parse(definition, text);
            Assert.Null(problem ?? definition.FindProblem(options, value));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    [Trait("Requirement", "S-043")]
    public void A_secret_has_no_place_in_the_YAML_files(string name)
    {
        var setting = SettingsSchema.Product[name].Setting;

        Assert.False(setting.Secret && setting.Yaml is not null);
    }

    [Fact]
    public void The_order_is_that_of_the_groups_and_their_properties()
    {
        var names = SettingsSchema.Product.Definitions.Select(definition => definition.Name).ToList();

        Assert.Equal("MCP_ENV", names[0]);
        Assert.True(names.IndexOf("MCP_HOST") < names.IndexOf("MCP_PORT"));
        Assert.True(names.IndexOf("MCP_PORT") < names.IndexOf("MCP_AUTH_MODE"));
        Assert.True(names.IndexOf("MCP_AUTH_MODE") < names.IndexOf("MCP_DATABASE_URL"));
    }

    /// <summary>DOTNET_HOST must not pass for HOST. PATH stands in for it: every process has it.</summary>
    [Fact]
    public void Variables_whose_prefix_the_host_cut_off_do_not_count()
    {
        var cut = new ConfigurationBuilder().AddEnvironmentVariables("PAT").Build();
        var whole = new ConfigurationBuilder().AddEnvironmentVariables().Build();

        Assert.NotNull(cut["H"]);
        Assert.Null(SettingsInputs.From(cut, "/", "/").Find("H"));
        Assert.NotNull(SettingsInputs.From(whole, "/", "/").Find("PATH"));
    }
}
