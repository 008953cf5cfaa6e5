namespace McpWorker.Servers;

/// <summary>Where an instance is in its life.</summary>
internal enum InstancePhase
{
    /// <summary>On its way; worth waiting for.</summary>
    Connecting,

    Ready,

    /// <summary>Stopped because nobody called; the next call starts it.</summary>
    Idle,

    /// <summary>It failed, and is tried again after a while.</summary>
    Away,
}
