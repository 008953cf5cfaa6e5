namespace Aspire.Hosting.Orchestration;

/// <summary>
/// How to start a program as leader of its own session without a change of process id. The environment must reach it
/// untouched, which rules out a shell: dash drops variables such as <c>ConnectionStrings__my-db</c>.
/// </summary>
internal static class OwnSession
{
    private static readonly string[] Programs = ["/usr/bin/setsid", "/bin/setsid"];

    private static readonly string? Setsid = Array.Find(Programs, File.Exists);

    /// <summary>The file to run and what goes before the program's arguments; no leading part means no session of its own.</summary>
    public static (string File, string[] Leading) Wrap(string program) =>
        Setsid is not null ? (Setsid, [program])
        : OperatingSystem.IsMacOS() && File.Exists("/usr/bin/perl")
            ? ("/usr/bin/perl", ["-MPOSIX", "-e", "POSIX::setsid(); exec { $ARGV[0] } @ARGV or die", program])
        : (program, []);
}
