using Aspire.StackExchange.Redis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace Microsoft.Extensions.Hosting;

/// <summary>Gives a service its <see cref="IConnectionMultiplexer"/> with a health check.</summary>
public static class AspireRedisExtensions
{
    private const string Section = "Aspire:StackExchange:Redis";

    /// <summary>Registers the connection for <c>ConnectionStrings:<paramref name="connectionName"/></c>.</summary>
    public static void AddRedisClient(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<StackExchangeRedisSettings>? configureSettings = null,
        Action<ConfigurationOptions>? configureOptions = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);

        var settings = ReadSettings(builder.Configuration, connectionName, configureSettings);
        builder.Services.AddSingleton<IConnectionMultiplexer>(
            _ => ConnectionMultiplexer.Connect(Options(builder.Configuration, settings, connectionName, configureOptions)));
        AddHealthCheckAndActivation(builder, settings);
    }

    private static StackExchangeRedisSettings ReadSettings(
        IConfiguration configuration, string connectionName, Action<StackExchangeRedisSettings>? configure)
    {
        var settings = new StackExchangeRedisSettings();
        var section = configuration.GetSection(Section);
        section.Bind(settings);
        section.GetSection(connectionName).Bind(settings);
        settings.ConnectionString = configuration.GetConnectionString(connectionName) ?? settings.ConnectionString;
        configure?.Invoke(settings);
        return settings;
    }

    private static ConfigurationOptions Options(
        IConfiguration configuration, StackExchangeRedisSettings settings, string connectionName, Action<ConfigurationOptions>? configure)
    {
        var text = settings.ConnectionString ?? "";
        var options = text.Length == 0 ? new ConfigurationOptions() : ConfigurationOptions.Parse(text);
        if (!text.Contains("abortConnect", StringComparison.OrdinalIgnoreCase))
        {
            // A service starts without Redis and finds it when it comes.
            options.AbortOnConnectFail = false;
        }

        var section = configuration.GetSection(Section);
        section.GetSection("ConfigurationOptions").Bind(options);
        section.GetSection(connectionName).GetSection("ConfigurationOptions").Bind(options);
        configure?.Invoke(options);

        return options.EndPoints.Count > 0 ? options : throw new InvalidOperationException(
            $"No connection string for Redis: set 'ConnectionStrings:{connectionName}', or 'ConnectionString' in section '{Section}'.");
    }

    private static void AddHealthCheckAndActivation(IHostApplicationBuilder builder, StackExchangeRedisSettings settings)
    {
        const string CheckName = "StackExchange.Redis";

        if (!settings.DisableHealthChecks && builder.Properties.TryAdd($"HealthCheck:{CheckName}", true))
        {
            builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                CheckName, provider => new RedisHealthCheck(provider.GetRequiredService<IConnectionMultiplexer>), failureStatus: null, tags: null));
        }

        if (!settings.DisableAutoActivation)
        {
            builder.Services.AddSingleton<IHostedService>(provider => new RedisActivation(provider.GetRequiredService<IConnectionMultiplexer>));
        }
    }
}
