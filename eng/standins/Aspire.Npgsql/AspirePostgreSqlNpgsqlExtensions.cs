using System.Data.Common;
using Aspire.Npgsql;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Microsoft.Extensions.Hosting;

/// <summary>Gives a service its <see cref="NpgsqlDataSource"/> with health check, traces and metrics.</summary>
public static class AspirePostgreSqlNpgsqlExtensions
{
    private const string Section = "Aspire:Npgsql";

    /// <summary>Registers the data source for <c>ConnectionStrings:<paramref name="connectionName"/></c>.</summary>
    public static void AddNpgsqlDataSource(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<NpgsqlSettings>? configureSettings = null,
        Action<NpgsqlDataSourceBuilder>? configureDataSourceBuilder = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);

        var settings = ReadSettings(builder.Configuration, connectionName, configureSettings);
        var services = builder.Services;
        services.TryAddSingleton(provider => Create(provider, settings, connectionName, configureDataSourceBuilder));
        services.TryAddSingleton<DbDataSource>(provider => provider.GetRequiredService<NpgsqlDataSource>());
        services.TryAddTransient(provider => provider.GetRequiredService<NpgsqlDataSource>().CreateConnection());
        services.TryAddTransient<DbConnection>(provider => provider.GetRequiredService<NpgsqlConnection>());
        AddObservability(builder, settings, "PostgreSql", provider => provider.GetRequiredService<NpgsqlDataSource>());
    }

    /// <summary>Registers the data source for <c>ConnectionStrings:<paramref name="name"/></c> as a service keyed by that name.</summary>
    public static void AddKeyedNpgsqlDataSource(
        this IHostApplicationBuilder builder,
        string name,
        Action<NpgsqlSettings>? configureSettings = null,
        Action<NpgsqlDataSourceBuilder>? configureDataSourceBuilder = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);

        var settings = ReadSettings(builder.Configuration, name, configureSettings);
        var services = builder.Services;
        services.TryAddKeyedSingleton(name, (provider, _) => Create(provider, settings, name, configureDataSourceBuilder));
        services.TryAddKeyedSingleton<DbDataSource>(name, (provider, key) => provider.GetRequiredKeyedService<NpgsqlDataSource>(key));
        services.TryAddKeyedTransient(name, (provider, key) => provider.GetRequiredKeyedService<NpgsqlDataSource>(key).CreateConnection());
        services.TryAddKeyedTransient<DbConnection>(name, (provider, key) => provider.GetRequiredKeyedService<NpgsqlConnection>(key));
        AddObservability(builder, settings, $"PostgreSql_{name}", provider => provider.GetRequiredKeyedService<NpgsqlDataSource>(name));
    }

    private static NpgsqlSettings ReadSettings(IConfiguration configuration, string connectionName, Action<NpgsqlSettings>? configure)
    {
        var settings = new NpgsqlSettings();
        var section = configuration.GetSection(Section);
        section.Bind(settings);
        section.GetSection(connectionName).Bind(settings);
        settings.ConnectionString = configuration.GetConnectionString(connectionName) ?? settings.ConnectionString;
        configure?.Invoke(settings);
        return settings;
    }

    /// <summary>A missing connection string is an error only now, when the log is there to tell about it.</summary>
    private static NpgsqlDataSource Create(
        IServiceProvider provider, NpgsqlSettings settings, string connectionName, Action<NpgsqlDataSourceBuilder>? configure)
    {
        if (string.IsNullOrWhiteSpace(settings.ConnectionString))
        {
            throw new InvalidOperationException(
                $"No connection string for PostgreSQL: set 'ConnectionStrings:{connectionName}', or 'ConnectionString' in section '{Section}'.");
        }

        var source = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        source.UseLoggerFactory(provider.GetService<ILoggerFactory>());
        configure?.Invoke(source);
        return source.Build();
    }

    private static void AddObservability(
        IHostApplicationBuilder builder, NpgsqlSettings settings, string checkName, Func<IServiceProvider, NpgsqlDataSource> source)
    {
        if (!settings.DisableHealthChecks && builder.Properties.TryAdd($"HealthCheck:{checkName}", true))
        {
            builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                checkName, provider => new DataSourceHealthCheck(source(provider)), failureStatus: null, tags: null));
        }

        if (!settings.DisableTracing)
        {
            builder.Services.ConfigureOpenTelemetryTracerProvider(traces => traces.AddSource("Npgsql"));
        }

        if (!settings.DisableMetrics)
        {
            builder.Services.ConfigureOpenTelemetryMeterProvider(metrics => metrics.AddMeter("Npgsql"));
        }
    }
}
