using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.DependencyInjection;

namespace StandIns.Tests.Orchestration;

/// <summary>An application of shell scripts with a state folder of its own.</summary>
public sealed class LocalApp : IAsyncDisposable
{
    private readonly Scratch _scratch = new();
    private DistributedApplication? _application;

    public LocalApp(params string[] args)
    {
        Directory.CreateDirectory(_scratch["AppHost"]);
        Builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            Args = ["--LocalTerminal=false", .. args],
            ProjectDirectory = _scratch["AppHost"],
        });
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public IDistributedApplicationBuilder Builder { get; }

    public string Folder => _scratch.Folder;

    public string StateFolder => _scratch[".local"];

    public ResourceNotificationService Notifications => Application.ResourceNotifications;

    public DistributedApplication Application => _application ?? throw new InvalidOperationException("Start first.");

    /// <summary>A resource that runs a script in the application's folder.</summary>
    public IResourceBuilder<ExecutableResource> Script(string name, string body) =>
        Builder.AddExecutable(name, _scratch.Script($"{name}.sh", body), Folder);

    /// <summary>This test assembly as a small web server on the port of its endpoint.</summary>
    public IResourceBuilder<ExecutableResource> WebServer(string name) =>
        Builder.AddExecutable(name, "dotnet", Folder, typeof(LocalApp).Assembly.Location)
            .WithEnvironment("DOTNET_STARTUP_HOOKS", typeof(LocalApp).Assembly.Location)
            .WithEnvironment(ReexecutedHost.Scene, nameof(HostScenes.Web))
            .WithHttpEndpoint(env: "PORT");

    public async Task StartAsync()
    {
        _application = Builder.Build();
        await _application.StartAsync(Token);
    }

    public async Task<ResourceEvent> ReachesAsync(string name, string state) =>
        await Notifications.WaitForResourceAsync(name, change => change.Snapshot.State?.Text == state, Token).WaitAsync(TimeSpan.FromSeconds(30), Token);

    public async Task<ResourceEvent> BecomesHealthyAsync(string name) =>
        await Notifications.WaitForResourceHealthyAsync(name, Token).WaitAsync(TimeSpan.FromSeconds(30), Token);

    public async Task<ExecuteCommandResult> DoAsync(string nameOrId, string command) =>
        await Application.ResourceCommands.ExecuteCommandAsync(nameOrId, command, Token);

    /// <summary>Why a resource failed, as scripts are told.</summary>
    public async Task<string> ReasonAsync(string name)
    {
        string? reason = null;
        await Eventually.HoldsAsync(() => (reason = Find(name)?.GetProperty("reason").GetString()) is not null, $"the status file explains {name}");
        return reason!;
    }

    public JsonElement Status(string name) => Find(name) ?? throw new InvalidOperationException($"The status file does not know {name}.");

    public JsonElement Status() => JsonDocument.Parse(File.ReadAllText(Path.Combine(StateFolder, "apphost.json"))).RootElement;

    private JsonElement? Find(string name) =>
        Status().GetProperty("resources").EnumerateArray().Cast<JsonElement?>().FirstOrDefault(resource => resource!.Value.GetProperty("name").GetString() == name);

    public string Read(string file) => File.Exists(_scratch[file]) ? File.ReadAllText(_scratch[file]) : "";

    public IReadOnlyList<int> Processes() => Application.Services.GetRequiredService<LocalRun>().Mark.FindProcesses();

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
        {
            var mark = _application.Services.GetRequiredService<LocalRun>().Mark;
            await _application.DisposeAsync();
            Assert.Empty(mark.FindProcesses());
        }

        _scratch.Dispose();
    }
}
