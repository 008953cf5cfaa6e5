using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Publishing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <inheritdoc cref="IDistributedApplicationBuilder"/>
public class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private static readonly Dictionary<string, string> Switches = new(StringComparer.Ordinal)
    {
        ["--operation"] = "AppHost:Operation",
        ["--publisher"] = "Publishing:Publisher",
        ["--step"] = "Pipeline:Step",
        ["--output-path"] = "Pipeline:OutputPath",
    };

    private readonly HostApplicationBuilder _host;
    private readonly BuilderInterceptor? _interceptor = BuilderInterceptor.Current;

    public DistributedApplicationBuilder(string[] args)
        : this(new DistributedApplicationOptions { Args = args })
    {
    }

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        var settings = new HostApplicationBuilderSettings { Args = options.Args, ContentRootPath = MetadataOf(options, "apphostprojectpath") };
        _interceptor?.Constructing(options, settings);

        _host = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings
        {
            ApplicationName = settings.ApplicationName ?? options.AppHostAssembly?.GetName().Name,
            ContentRootPath = options.ProjectDirectory ?? ExistingFolder(settings.ContentRootPath),
            EnvironmentName = settings.EnvironmentName ?? AppHostConfiguration.EnvironmentOf(options.Args ?? []),
            Configuration = settings.Configuration,
        });

        AppHostAssembly = options.AppHostAssembly;
        AppHostDirectory = _host.Environment.ContentRootPath;
        Secrets = UserSecrets.Of(AppHostAssembly);
        AppHostConfiguration.AddTo(_host, Secrets, options.Args ?? [], Switches);
        ExecutionContext = new(AppHostConfiguration.OperationOf(_host.Configuration));
        ProjectFileName = MetadataOf(options, "apphostprojectname") ?? _host.Environment.ApplicationName;

        Services.AddSingleton(options);
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton(Eventing);
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(new DistributedApplicationModel(Resources));
        Services.AddSingleton<ResourceNotificationService>();
        Services.AddSingleton<ResourceLoggerService>();
        Services.AddSingleton(services => new ResourceCommandService(services));
        Services.AddSingleton(new ProjectTargets(AppHostAssembly));
        Services.AddSingleton<ResourceEnvironment>();
        Services.AddHttpClient();
        Services.AddHealthChecks();

        // Checks of a resource fail until it is up: that is what they are for, and no news.
        _host.Logging.AddFilter(typeof(HealthCheckService).Namespace, LogLevel.None);

        _interceptor?.Constructed(this);
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public string AppHostDirectory { get; }

    public Assembly? AppHostAssembly { get; }

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public IDistributedApplicationEventing Eventing { get; } = new DistributedApplicationEventing();

    public DistributedApplicationExecutionContext ExecutionContext { get; }

    public IResourceCollection Resources { get; } = new ResourceCollection();

    internal UserSecrets Secrets { get; }

    /// <summary>The file name of the AppHost project, which generated volume names depend on.</summary>
    internal string ProjectFileName { get; set; }

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        if (Resources.TryGetByName(resource.Name, out var taken))
        {
            throw new DistributedApplicationException(
                $"A resource named '{taken.Name}' exists ({taken.GetType().Name}); names are unique without regard to case.");
        }

        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build()
    {
        _interceptor?.Building(this);
        _host.Logging.AddConfiguration(Configuration.GetSection("Logging"));

        if (ExecutionContext.IsPublishMode)
        {
            Services.AddSingleton(_ => new ManifestTarget(Configuration, AppHostDirectory));
            Services.AddSingleton<ManifestPublisher>();
            Services.AddHostedService<PublishHost>();
        }
        else
        {
            RunFeature.AddTo(Services);
        }

        var application = new DistributedApplication(_host.Build());
        _interceptor?.Built(application);
        return application;
    }

    private static string? MetadataOf(DistributedApplicationOptions options, string key) => options.AppHostAssembly?
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(a => string.Equals(a.Key, key, StringComparison.OrdinalIgnoreCase))?.Value;

    private static string? ExistingFolder(string? path) => Directory.Exists(path) ? path : null;
}
