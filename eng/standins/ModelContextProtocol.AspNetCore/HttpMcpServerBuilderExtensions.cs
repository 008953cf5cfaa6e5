using Microsoft.Extensions.DependencyInjection.Extensions;
using ModelContextProtocol.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Serves an MCP server over Streamable HTTP.</summary>
public static class HttpMcpServerBuilderExtensions
{
    /// <summary>Registers what <c>MapMcp</c> needs; may be called more than once.</summary>
    public static IMcpServerBuilder WithHttpTransport(
        this IMcpServerBuilder builder, Action<HttpServerTransportOptions>? configureOptions = null)
    {
        ArgumentNullException.ThrowIfNull(builder);

        builder.Services.AddOptions<HttpServerTransportOptions>();
        builder.Services.TryAddSingleton<SessionTable>();
        builder.Services.TryAddSingleton<StreamableHttpEndpoint>();
        builder.Services.AddHostedService<IdleSessionSweeper>();

        if (configureOptions is not null)
        {
            builder.Services.Configure(configureOptions);
        }

        return builder;
    }
}
