using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Connections;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Listeners;

/// <summary>How a process ends that cannot listen: one JSON line that names port, setting and cure, no stack trace, exit code 1.</summary>
internal static partial class ListenFailure
{
    public const int ExitCode = 1;

    private static ListenPlan? _plan;

    /// <summary>Acts on an exception nobody handled, so never in a test host, where somebody does.</summary>
    public static void Guard(ListenPlan plan)
    {
        if (Interlocked.Exchange(ref _plan, plan) is null)
        {
            AppDomain.CurrentDomain.UnhandledException += static (_, unhandled) =>
            {
                if (unhandled.ExceptionObject is Exception exception && Describe(exception, _plan!) is { } line)
                {
                    Console.Error.WriteLine(line);
                    Environment.Exit(ExitCode);
                }
            };
        }
    }

    /// <summary>Null: the exception is about something else.</summary>
    public static string? Describe(Exception exception, ListenPlan plan)
    {
        var problem = Find(exception) switch
        {
            AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } => "is in use",
            SocketException { SocketErrorCode: SocketError.AccessDenied } => "may not be used by this user",
            SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => "is not on an address of this machine",
            _ => null,
        };
        var address = Address().Match(exception.Message);
        if (problem is null || !address.Success)
        {
            return null;
        }

        var port = int.Parse(address.Groups["port"].Value, CultureInfo.InvariantCulture);
        var setting = plan.SettingOf(port);
        return JsonSerializer.Serialize(
            new
            {
                timestamp = UtcText.Of(TimeProvider.System.GetUtcNow()),
                level = "Error",
                @event = "cannot_listen",
                message = $"Port {port} {problem} ({address.Value}, from {setting}).",
                port,
                setting,
                cure = $"Stop the program that holds it (`ss -ltnp 'sport = :{port}'` shows it), or set {setting} to another port.",
                version = ProductVersion.Current,
            },
            SettingsJson.Relaxed);
    }

    private static Exception? Find(Exception? exception) => exception switch
    {
        null or AddressInUseException or SocketException => exception,
        _ => Find(exception.InnerException),
    };

    // Kestrel's message: Failed to bind to address http://127.0.0.1:8000: address already in use.
    [GeneratedRegex(@"https?://\S+?:(?<port>[0-9]{1,5})(?=[:.\s]|$)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Address();
}
