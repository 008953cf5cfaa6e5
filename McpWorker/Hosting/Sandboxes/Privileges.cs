namespace McpWorker.Hosting.Sandboxes;

/// <summary>Options of <c>setpriv</c>.</summary>
internal static class Privileges
{
    /// <summary>Root without them is a user like any other.</summary>
    public static string[] None { get; } = ["--inh-caps=-all", "--ambient-caps=-all", "--bounding-set=-all"];

    public static string[] Of(int user) => [$"--reuid={user}", $"--regid={user}", "--clear-groups", "--no-new-privs", .. None];
}
