namespace ServiceDefaults.Health;

/// <summary>What a check found.</summary>
/// <param name="Problem">Null: nothing wrong. Else a few words that hold no address, name of a host or text of an exception (S-174).</param>
internal sealed record CheckResult(string Name, string Group, string? Problem);
