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
        AddObservability(builder, settings);
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

    private static void AddObservability(IHostApplicationBuilder builder, NpgsqlSettings settings)
    {
        const string CheckName = "PostgreSql";

        if (!settings.DisableHealthChecks && builder.Properties.TryAdd($"HealthCheck:{CheckName}", true))
        {
            builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                CheckName, provider => new DataSourceHealthCheck(provider.GetRequiredService<NpgsqlDataSource>()), failureStatus: null, tags: null));
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
