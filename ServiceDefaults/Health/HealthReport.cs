using ServiceDefaults.Database;

namespace ServiceDefaults.Health;

/// <summary>What all checks found at one moment.</summary>
internal sealed record HealthReport(IReadOnlyList<CheckResult> Checks, SchemaState Schema)
{
    /// <summary>Whether anything that bears on readiness or on <c>/health</c> was wrong.</summary>
    public bool IsFailing => Schema != SchemaState.UpToDate || Checks.Any(check => check.Problem is not null && check.Group != HealthTags.Module);

    public bool Passes(string group) => Checks.All(check => check.Group != group || check.Problem is null);

    /// <summary>Null: the group is well.</summary>
    public string? Problem(params ReadOnlySpan<string> groups)
    {
        var problems = new List<string>();
        foreach (var check in Checks)
        {
            if (check.Problem is not null && groups.Contains(check.Group))
            {
                problems.Add(groups.Length == 1 && check.Group != HealthTags.Dependency ? check.Problem : $"{check.Name}: {check.Problem}");
            }
        }

        return problems.Count == 0 ? null : string.Join(", ", problems);
    }
}
