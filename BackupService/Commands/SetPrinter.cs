using System.Globalization;
using System.Text.Json;
using BackupService.Sets;

namespace BackupService.Commands;

/// <summary>Shows sets to a person, or as JSON to a program.</summary>
internal sealed class SetPrinter(TextWriter output, bool json)
{
    public void Print(SetList list)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(list, SetSummaryJson.Default.SetList));
            return;
        }

        if (list.Sets.Count == 0)
        {
            output.WriteLine("No sets yet.");
            return;
        }

        output.WriteLine($"{"ID",-20} {"STARTED (UTC)",-20} {"SIZE",10} {"STATUS",-10} {"VERSION",-20} SCHEMA");
        foreach (var set in list.Sets)
        {
            output.WriteLine($"{set.Id,-20} {Time(set.StartedAt),-20} {Size(set.StoredBytes),10} {set.Status,-10} {set.ProductVersion,-20} {set.SchemaVersion}");
        }
    }

    public void Print(SetEntry set, string directory)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(
                new SetDetails(SetSummary.Of(set), directory, set.Manifest), SetSummaryJson.Default.SetDetails));
            return;
        }

        var manifest = set.Manifest;
        output.WriteLine($"""
            Set        {set.Id}
            Directory  {directory}
            Status     {set.Status}{(set.Verification is { } verification ? $", {Time(verification.VerifiedAt)}{(verification.Fault is { } fault ? $": {fault}" : "")}" : "")}
            Snapshot   {Time(manifest.SnapshotAt)} of '{manifest.Database}', PostgreSQL {manifest.ServerVersion}, WAL {manifest.StartLsn}
            Made by    {manifest.ProductVersion}, schema {manifest.SchemaVersion?.ToString(CultureInfo.InvariantCulture) ?? "none"}, in {manifest.DurationSeconds} s
            Size       {Size(manifest.StoredBytes)} stored, {Size(manifest.PlainBytes)} plain
            Rows       {manifest.RowCounts.Values.Sum()} in {manifest.RowCounts.Count} tables
            Key        {manifest.Key.Id}
            """);
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Size(long bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var unit = bytes < 1024 ? 0 : Math.Min((int)Math.Log(bytes, 1024), units.Length - 1);
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / Math.Pow(1024, unit):0.#} {units[unit]}");
    }
}
