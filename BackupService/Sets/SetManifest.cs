using System.Text.Json;
using System.Text.Json.Serialization;
using BackupService.Encryption;

namespace BackupService.Sets;

/// <summary>What a set holds, and what the database was when it was made. Written last, authenticated, never changed.</summary>
/// <param name="Format">Version of this layout; a reader refuses one it does not know.</param>
/// <param name="Kind">How it was made: <c>logical</c> is a pg_dump.</param>
/// <param name="SchemaVersion">Highest migration applied; null when none was.</param>
/// <param name="SnapshotAt">The moment the dump and the row counts tell of.</param>
/// <param name="DurationSeconds">From the first query to the last byte on disk, without verification.</param>
/// <param name="Tools">Version of each program that made it.</param>
/// <param name="RowCounts">Rows by schema-qualified table, at <paramref name="SnapshotAt"/>.</param>
internal sealed record SetManifest(
    int Format,
    string Id,
    string Kind,
    string ProductVersion,
    int? SchemaVersion,
    string Database,
    string ServerVersion,
    DateTimeOffset StartedAt,
    DateTimeOffset StoppedAt,
    DateTimeOffset SnapshotAt,
    string StartLsn,
    string StopLsn,
    double DurationSeconds,
    SortedDictionary<string, string> Tools,
    ManifestKey Key,
    IReadOnlyList<SetFile> Files,
    SortedDictionary<string, long> RowCounts) : ISealedDocument
{
    public const int CurrentFormat = 1;

    public static string FileName => "manifest.json";

    [JsonIgnore]
    public long PlainBytes => Files.Sum(file => file.PlainSize);

    [JsonIgnore]
    public long StoredBytes => Files.Sum(file => file.StoredSize);
}

/// <summary>Which passphrase authenticates a document and how to get from it to the key.</summary>
internal sealed record ManifestKey(string Id, PassphraseParameters Passphrase);

/// <summary>One file of a set. Sizes in bytes; hashes are SHA-256 in lowercase hexadecimal.</summary>
internal sealed record SetFile(string Path, long PlainSize, long StoredSize, string PlainSha256, string StoredSha256);

/// <summary>Outcome of the newest verification, beside the manifest because that never changes. Authenticated like it.</summary>
/// <param name="Fault">Null: everything was read and right. Else the first thing that was not.</param>
internal sealed record SetVerification(string Id, DateTimeOffset VerifiedAt, double DurationSeconds, string? Fault) : ISealedDocument
{
    public static string FileName => "verification.json";
}

/// <summary>What makes a directory a repository, and which key its sets are made with.</summary>
internal sealed record RepositoryDescription(int Format, Guid Id, DateTimeOffset CreatedAt, ManifestKey Key) : ISealedDocument
{
    public const int CurrentFormat = 1;

    public static string FileName => "repository.json";
}

/// <summary>Canonical form: the order of declaration, no white space, UTC times, keys of maps in ordinal order.</summary>
[JsonSerializable(typeof(SetManifest))]
[JsonSerializable(typeof(SetVerification))]
[JsonSerializable(typeof(RepositoryDescription))]
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
internal sealed partial class SetJson : JsonSerializerContext;
