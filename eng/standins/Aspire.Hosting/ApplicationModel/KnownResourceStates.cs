namespace Aspire.Hosting.ApplicationModel;

/// <summary>The states of resources.</summary>
public static class KnownResourceStates
{
    public static readonly string NotStarted = nameof(NotStarted);
    public static readonly string Waiting = nameof(Waiting);
    public static readonly string Starting = nameof(Starting);
    public static readonly string Running = nameof(Running);
    public static readonly string Stopping = nameof(Stopping);
    public static readonly string Finished = nameof(Finished);
    public static readonly string Exited = nameof(Exited);
    public static readonly string FailedToStart = nameof(FailedToStart);
    public static readonly string RuntimeUnhealthy = nameof(RuntimeUnhealthy);
    public static readonly string ValueMissing = nameof(ValueMissing);

    /// <summary>States that end a run of a resource.</summary>
    public static readonly IReadOnlyList<string> TerminalStates = [Finished, FailedToStart, Exited];
}

/// <summary>How a state is coloured.</summary>
public static class KnownResourceStateStyles
{
    public static readonly string Error = "error";
    public static readonly string Success = "success";
    public static readonly string Warn = "warn";
}
