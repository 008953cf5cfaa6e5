using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Layers;
using ServiceDefaults.Settings.Loading;
using ServiceDefaults.Settings.Reload;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Settings;

/// <summary>Loads, validates and binds every setting of the catalog (S-036 to S-056).</summary>
public static class SettingsFeature
{
    /// <summary>
    /// Afterwards every options class of the catalog is there as <c>IOptions&lt;T&gt;</c>, and the configuration holds
    /// <c>ConnectionStrings:mcpdb</c> and <c>ConnectionStrings:redis</c> as Npgsql and StackExchange.Redis read them.
    /// The host's environment name becomes that of MCP_ENV. A second call does nothing.
    /// </summary>
    /// <param name="requireSecrets">False for verbs that work without the service's keys, such as <c>migrate</c>.</param>
    /// <exception cref="SettingsException">
    /// Some settings cannot be used; it names all of them. A process whose <c>Main</c> lets it pass ends with exit code 78.
    /// </exception>
    public static void AddSettings(this IHostApplicationBuilder builder, ServiceIdentity identity, bool requireSecrets = true)
    {
        if (builder.Services.Any(service => service.ServiceType == typeof(SettingsStore)))
        {
            return;
        }

        SettingsFailure.Guard();
        var inputs = SettingsInputs.From(builder.Configuration, builder.Environment.ContentRootPath);
        var scope = SettingsLoadScope.Service(identity, requireSecrets);
        var load = SettingsLoader.Load(inputs, scope);
        var snapshot = load.Require();

        NameEnvironment(builder, snapshot.Environment);
        builder.Configuration.AddInMemoryCollection(snapshot.Connections.Select(connection => KeyValuePair.Create(connection.Key, (string?)connection.Value)));
        builder.Services.AddSingleton(new SettingsStore(snapshot));
        builder.Services.AddSingleton<SettingsReporter>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SettingsReporter>());
        if (requireSecrets)
        {
            builder.Services.AddSettingsReload(new SettingsOrigin(inputs, scope, load.Files, load.Pin!));
        }

        foreach (var group in SettingsSchema.Product.Groups)
        {
            AddOptions(builder.Services, group.OptionsType);
        }
    }

    /// <summary>The settings of a service, without dependency injection.</summary>
    /// <exception cref="SettingsException">Some settings cannot be used; it names all of them.</exception>
    public static SettingsSnapshot Load(ServiceIdentity identity, IConfiguration configuration, string contentRoot, bool requireSecrets = true) =>
        SettingsLoader.Load(SettingsInputs.From(configuration, contentRoot), SettingsLoadScope.Service(identity, requireSecrets)).Require();

    /// <summary>
    /// The settings the AppHost reads, for example <c>Get&lt;ServerOptions&gt;().WorkerReplicas</c>: same names, layers and
    /// errors as in the services, but it needs neither their secrets nor connection strings.
    /// </summary>
    /// <exception cref="SettingsException">Some settings cannot be used; it names all of them.</exception>
    public static SettingsSnapshot LoadForAppHost(IConfiguration configuration, string contentRoot)
    {
        SettingsFailure.Guard();
        return SettingsLoader.Load(SettingsInputs.From(configuration, contentRoot), SettingsLoadScope.AppHost).Require();
    }

    private static void AddOptions(IServiceCollection services, Type optionsType)
    {
        var snapshotOptions = typeof(SnapshotOptions<>).MakeGenericType(optionsType);
        services.AddOptions();
        services.AddSingleton(snapshotOptions);
        services.AddSingleton(typeof(IConfigureOptions<>).MakeGenericType(optionsType), provider => provider.GetRequiredService(snapshotOptions));
        services.AddSingleton(typeof(IOptionsChangeTokenSource<>).MakeGenericType(optionsType), provider => provider.GetRequiredService(snapshotOptions));
    }

    /// <summary>In ASP.NET Core's spelling: <c>Production</c> for <c>production</c>.</summary>
    private static void NameEnvironment(IHostApplicationBuilder builder, string environment)
    {
        // A web application has two environment objects, the builder's and the one in its services.
        foreach (var known in builder.Services.Select(service => service.ImplementationInstance).OfType<IHostEnvironment>().Append(builder.Environment))
        {
            known.EnvironmentName = char.ToUpperInvariant(environment[0]) + environment[1..];
        }
    }
}
