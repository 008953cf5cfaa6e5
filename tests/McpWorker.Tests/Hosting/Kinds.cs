using McpWorker.Servers;

namespace McpWorker.Tests.Hosting;

/// <summary>Sandboxes this machine must give: without bubblewrap the tests fail, and a user id of a server's own takes root.</summary>
public static class Kinds
{
    public static TheoryData<string> WithWalls { get; } = Environment.IsPrivilegedProcess ? ["bwrap", "uid"] : ["bwrap"];

    public static TheoryData<string> All { get; } = Environment.IsPrivilegedProcess ? ["bwrap", "uid", "none"] : ["bwrap", "none"];

    internal static SandboxKind Parse(string sandbox) => Enum.Parse<SandboxKind>(sandbox, ignoreCase: true);
}
