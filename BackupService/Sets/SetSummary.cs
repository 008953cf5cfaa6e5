using System.Text.Json;
using System.Text.Json.Serialization;

namespace BackupService.Sets;

/// <summary>A set as lists show it (S-273). Sizes in bytes, times in UTC.</summary>
internal sealed record SetSummary(
    string Id,
    string Kind,
    string Status,
    bool Verified,
    DateTimeOffset? VerifiedAt,
    DateTimeOffset StartedAt,
    DateTimeOffset StoppedAt,
    long PlainBytes,
    long StoredBytes,
    string ProductVersion,
    int? SchemaVersion,
    string ServerVersion,
    string? Fault)
{
    public static SetSummary Of(SetEntry set) => new(
        set.Id,
        set.Manifest.Kind,
        set.Status,
        set.IsVerified,
        set.Verification?.VerifiedAt,
        set.Manifest.StartedAt,
        set.Manifest.StoppedAt,
        set.Manifest.PlainBytes,
        set.Manifest.StoredBytes,
        set.Manifest.ProductVersion,
        set.Manifest.SchemaVersion,
        set.Manifest.ServerVersion,
        set.Verification?.Fault);
}

/// <summary>All sets, newest first.</summary>
/// <param name="Latest">Id of the newest verified set.</param>
/// <param name="Running">Id of the set this service is making.</param>
/// <param name="Refused">Directories that claim to be sets but have no authentic manifest.</param>
internal sealed record SetList(string? Latest, string? Running, IReadOnlyList<SetSummary> Sets, IReadOnlyList<RefusedSet> Refused)
{
    public static SetList Of(CatalogListing listing, string? latest, string? running) =>
        new(latest, running, [.. listing.Sets.Reverse().Select(SetSummary.Of)], listing.Refused);
}

/// <summary>The answer to a request for a backup.</summary>
internal sealed record BackupAccepted(string Id);

/// <summary>One set with all its manifest says.</summary>
internal sealed record SetDetails(SetSummary Summary, string Directory, SetManifest Manifest);

[JsonSerializable(typeof(SetList))]
[JsonSerializable(typeof(SetDetails))]
[JsonSerializable(typeof(BackupAccepted))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
internal sealed partial class SetSummaryJson : JsonSerializerContext;
