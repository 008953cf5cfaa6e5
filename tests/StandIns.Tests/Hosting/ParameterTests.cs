using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace StandIns.Tests.Hosting;

public sealed class ParameterTests
{
    [Theory]
    [InlineData("Parameters:admin-key=a")]
    [InlineData("Parameters:admin_key=a")]
    public void A_value_comes_from_configuration_under_either_spelling(string setting)
    {
        var parameter = TestApplications.ToRun(setting).AddParameter("admin-key", secret: true);

        Assert.Equal("a", parameter.Resource.Value);
    }

    [Fact]
    public void A_missing_value_says_which_variable_to_set()
    {
        var parameter = TestApplications.ToRun().AddParameter("admin-key");

        var refused = Assert.Throws<MissingParameterValueException>(() => parameter.Resource.Value);

        Assert.Contains("Parameters__admin_key", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configured_value_wins_over_a_generated_one()
    {
        var builder = TestApplications.ToRun("Parameters:given=g");

        Assert.Equal("g", builder.AddParameter("given", new GenerateParameterDefault { MinLength = 22 }).Resource.Value);
        Assert.Equal(22, builder.AddParameter("made", new GenerateParameterDefault { MinLength = 22 }).Resource.Value.Length);
    }

    [Fact]
    public void A_generated_text_keeps_to_its_alphabet()
    {
        var made = new GenerateParameterDefault { MinLength = 200, Special = false }.GetDefaultValue();

        Assert.Equal(200, made.Length);
        Assert.All(made, c => Assert.True(char.IsAsciiLetterOrDigit(c)));
        Assert.DoesNotContain(made, c => "iloILO".Contains(c, StringComparison.Ordinal));
    }

    [Fact]
    public void A_secret_is_never_offered_by_the_manifest() =>
        Assert.Throws<ArgumentException>(() => TestApplications.ToPublish().AddParameter("key", "value", publishValueAsDefault: true, secret: true));

    [Fact]
    public void A_secrets_file_that_cannot_be_read_is_named()
    {
        var path = Path.GetTempFileName();

        try
        {
            File.WriteAllText(path, "{ half");

            var refused = Assert.Throws<DistributedApplicationException>(() => new UserSecrets(path).GetOrAdd("key", () => "made"));

            Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_kept_value_is_the_same_in_the_next_run_and_only_its_owner_can_read_it()
    {
        var folder = Directory.CreateTempSubdirectory();

        try
        {
            var path = Path.Combine(folder.FullName, "id", "secrets.json");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, """{ "Other:Key": "stays", /* by hand */ }""");

            var first = new UserSecrets(path).GetOrAdd("Parameters:redis-password", () => "made");
            var second = new UserSecrets(path).GetOrAdd("Parameters:redis-password", () => "made again");

            Assert.Equal("made", first);
            Assert.Equal("made", second);
            Assert.Contains("stays", File.ReadAllText(path), StringComparison.Ordinal);

            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
