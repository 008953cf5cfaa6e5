using System.Reflection;

namespace StandIns.Tests.Signatures;

/// <summary>
/// Holds each stand-in to <c>PublicAPI.txt</c> in its folder, whose lines were checked against the official package. A member
/// that is not in the list may not exist in the official package, and then a program that uses it compiles in one mode only.
/// </summary>
public sealed class SignatureListTests
{
    private const string ListName = "PublicAPI.txt";

    public static TheoryData<string> StandIns =>
        [.. Directory.GetDirectories(StandInsFolder()).Select(folder => Path.GetFileName(folder)!).Where(IsStandIn)];

    [Theory]
    [MemberData(nameof(StandIns))]
    [Trait("Requirement", "S-002")]
    public void The_public_members_of_a_stand_in_are_those_of_its_list(string packageId)
    {
        var assembly = Assembly.Load(packageId);
        var path = Path.Combine(StandInsFolder(), packageId, ListName);
        var listed = File.Exists(path) ? File.ReadAllLines(path).Where(line => line.Length > 0 && line[0] != '#').ToArray() : [];

        var actual = PublicApi.Of(assembly);

        Assert.Contains(assembly.GetCustomAttributes<AssemblyMetadataAttribute>(), a => a is { Key: "StandIn", Value: "true" });
        Assert.Multiple(
            () => AssertNone($"{packageId} has public members that {ListName} does not list", actual.Except(listed, StringComparer.Ordinal)),
            () => AssertNone($"{ListName} of {packageId} lists members that do not exist", listed.Except(actual, StringComparer.Ordinal)));
    }

    [Fact]
    public void A_member_that_is_not_listed_is_told_by_name()
    {
        var lines = PublicApi.Of(typeof(SignatureListTests).Assembly);

        Assert.Contains("sealed class StandIns.Tests.Signatures.SignatureListTests", lines, StringComparer.Ordinal);
        Assert.Contains("StandIns.Tests.Signatures.SignatureListTests.The_public_members_of_a_stand_in_are_those_of_its_list(string packageId) -> void", lines, StringComparer.Ordinal);
    }

    private static void AssertNone(string message, IEnumerable<string> lines)
    {
        var found = lines.ToList();
        Assert.True(found.Count == 0, $"{message}:{Environment.NewLine}{string.Join(Environment.NewLine, found)}");
    }

    private static bool IsStandIn(string name) => File.Exists(Path.Combine(StandInsFolder(), name, $"{name}.csproj"));

    private static string StandInsFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);

        while (!File.Exists(Path.Combine(folder.FullName, "Aspire.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("Aspire.sln is not above the test's folder.");
        }

        return Path.Combine(folder.FullName, "eng", "standins");
    }
}
