using System.ComponentModel;
using System.Diagnostics;
using McpWorker.Hosting.Processes;
using McpWorker.Hosting.Sandboxes;
using McpWorker.Hosting.Start;
using McpWorker.Servers;

namespace McpWorker.Hosting;

/// <summary>The way to one instance of a hosted server: each opening starts a process.</summary>
internal sealed class HostedServerLink(HostedServerDefinition server, int instance, SandboxChoice sandboxes, WorkerProtection protection, HostedServices services) : IServerLink
{
    private HostedServerChannel? _before;

    public async ValueTask<ServerChannel> OpenAsync(CancellationToken cancellationToken)
    {
        var command = CommandPath.Of(server, Environment.GetEnvironmentVariable(ServerEnvironment.Path) ?? "");
        if (server.Cwd is { } folder && !(Path.IsPathFullyQualified(folder) && Directory.Exists(folder)))
        {
            throw new ServerUnavailableException($"The hosted server '{server.Name}' is not started: its working folder '{folder}' is not an absolute path of a folder that is there. Correct `cwd`, or create the folder.");
        }

        protection.Apply();
        var sandbox = await sandboxes.ForAsync(server);
        cancellationToken.ThrowIfCancellationRequested();
        var start = await sandbox.PrepareAsync(server, instance, command);
        HostedProcess started;
        try
        {
            var environment = ServerEnvironment.Of(server, start.Home, start.Temp, Environment.GetEnvironmentVariable);
            started = new HostedProcess(server, instance, sandbox.Kind, await StartAsync(start, environment), start, environment.Secrets);
        }
        catch
        {
            start.Clear();
            throw;
        }

        var channel = await HostedServerChannel.OpenAsync(started, services, again: _before is { HasFailed: true });
        _before = channel;
        return channel;
    }

    private async Task<Process> StartAsync(SandboxedStart start, ServerEnvironment environment)
    {
        var process = new ProcessStartInfo(start.Line[0], start.Line.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = start.Folder,
        };
        process.Environment.Clear();
        foreach (var (name, value) in environment.Variables.Concat(start.Marks))
        {
            process.Environment[name] = value;
        }

        try
        {
            return await ProcessStarter.StartAsync(process);
        }
        catch (Win32Exception exception)
        {
            throw new ServerUnavailableException(
                $"The hosted server '{server.Name}' is not started: '{start.Line[0]}' cannot be executed ({exception.Message}). Install it, or correct `command`.", exception);
        }
    }
}
