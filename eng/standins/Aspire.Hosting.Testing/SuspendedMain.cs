using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>
/// An AppHost's <c>Main</c> on a thread of its own, held at <c>Build()</c>. Once the application is built, <c>Main</c> is unwound:
/// starting and stopping are the test's.
/// </summary>
internal sealed class SuspendedMain(
    Assembly appHost, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure) : BuilderInterceptor
{
    private readonly TaskCompletionSource<DistributedApplicationBuilder> _described = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> _built = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> _mayBuild = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Returns when <c>Main</c> has described the application.</summary>
    public async Task<DistributedApplicationBuilder> StartAsync(CancellationToken cancellationToken)
    {
        var main = appHost.EntryPoint ?? throw new InvalidOperationException(
            $"Assembly '{appHost.GetName().Name}' has no entry point. Name a type of the AppHost project, such as Projects.AppHost.");
        new Thread(() => Run(main)) { IsBackground = true, Name = $"{appHost.GetName().Name} Main" }.Start();
        return await _described.Task.WaitAsync(cancellationToken);
    }

    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken)
    {
        _mayBuild.TrySetResult(true);
        return _built.Task.WaitAsync(cancellationToken);
    }

    /// <summary>The application, if it was built and is not the caller's yet.</summary>
    public DistributedApplication? Application => _built.Task.IsCompletedSuccessfully ? _built.Task.Result : null;

    /// <summary>Ends <c>Main</c> where it is.</summary>
    public void Abandon() => _mayBuild.TrySetResult(false);

    public override void Constructing(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        TestDefaults.Apply(appHost, args, options, settings);
        configure(options, settings);

        // What the test wrote into the configuration must be a source of it: the builder puts the sources in an order of its own.
        var written = settings.Configuration!.AsEnumerable().Where(setting => setting.Value is not null).ToList();
        settings.Configuration = new ConfigurationManager();
        settings.Configuration.AddInMemoryCollection(written);
    }

    public override void Constructed(DistributedApplicationBuilder builder) => TestDefaults.Apply(builder);

    public override void Building(DistributedApplicationBuilder builder)
    {
        _described.TrySetResult(builder);

        if (!_mayBuild.Task.GetAwaiter().GetResult())
        {
            throw new HostAbortedException("The test has no further use for the AppHost.");
        }
    }

    public override void Built(DistributedApplication application)
    {
        _built.TrySetResult(application);
        throw new HostAbortedException("The application is built; the test goes on with it.");
    }

    private void Run(MethodInfo main)
    {
        Current = this;
        Exception failure;

        try
        {
            main.Invoke(null, main.GetParameters().Length == 0 ? null : [args]);
            failure = new InvalidOperationException("The AppHost's Main ended without building an application.");
        }
        catch (TargetInvocationException exception)
        {
            failure = exception.InnerException!;
        }

        // Neither has any effect after a success.
        _described.TrySetException(failure);
        _built.TrySetException(failure);
    }
}
