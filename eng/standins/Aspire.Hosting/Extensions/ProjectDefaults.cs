using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>What every project is given: telemetry, its launch profile, the addresses it listens on.</summary>
internal static class ProjectDefaults
{
    public static void Apply(IResourceBuilder<ProjectResource> project, LaunchProfileChoice choice)
    {
        var application = project.ApplicationBuilder;
        var runs = application.ExecutionContext.IsRunMode;

        project.WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "in_memory");

        if (runs && application.Environment.IsDevelopment())
        {
            project.WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION", "true");
            project.WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION", "true");
        }

        project.WithOtlpExporter();

        if (runs)
        {
            project.WithEnvironment("LOGGING__CONSOLE__FORMATTERNAME", "simple");
            project.WithEnvironment("DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION", "true");
        }
        else
        {
            project.WithEnvironment(context => TrustForwardedHeaders(project.Resource, context));
        }

        var profile = LaunchProfiles.For(project.Resource, choice, application.Configuration);

        if (runs)
        {
            project.WithEnvironment(context => ListenHere(project.Resource, context));
            AddProfileEndpoints(project, profile?.Profile.ApplicationUrl);
            project.WithEnvironment(context => ApplyProfile(profile, context));
        }
        else
        {
            project.WithEnvironment(context => ListenOnPorts(project.Resource, context));

            if (profile?.Profile.ApplicationUrl is not null)
            {
                AddWebBindings(project);
            }
        }
    }

    private static void TrustForwardedHeaders(ProjectResource project, EnvironmentCallbackContext context)
    {
        if (project.GetEndpoints().Any() && !project.HasAnnotationOfType<DisableForwardedHeadersAnnotation>())
        {
            context.EnvironmentVariables["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true";
        }
    }

    private static void AddProfileEndpoints(IResourceBuilder<ProjectResource> project, string? applicationUrl)
    {
        var perScheme = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);

        foreach (var url in applicationUrl?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [])
        {
            // http://*:8000 and http://+:8000 are addresses to Kestrel, not to Uri.
            var address = new Uri(url.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal));
            var count = perScheme[address.Scheme] = perScheme.GetValueOrDefault(address.Scheme) + 1;

            // The second http endpoint is http2, as the project's own launch would have it.
            project.WithEndpoint(count == 1 ? address.Scheme : $"{address.Scheme}{count}", endpoint =>
            {
                endpoint.UriScheme = address.Scheme;
                endpoint.Port = address.Port == 0 ? null : address.Port;
                endpoint.TargetHost = address.Host;
            });
        }
    }

    private static void ApplyProfile((string Name, LaunchProfile Profile)? profile, EnvironmentCallbackContext context)
    {
        if (profile is not { } chosen)
        {
            return;
        }

        context.EnvironmentVariables.TryAdd("DOTNET_LAUNCH_PROFILE", chosen.Name);

        foreach (var (name, value) in chosen.Profile.EnvironmentVariables)
        {
            context.EnvironmentVariables.TryAdd(name, Environment.ExpandEnvironmentVariables(value));
        }
    }

    private static void ListenHere(ProjectResource project, EnvironmentCallbackContext context)
    {
        if (context.EnvironmentVariables.ContainsKey("ASPNETCORE_URLS"))
        {
            return;
        }

        var urls = new ReferenceExpressionBuilder();

        foreach (var endpoint in ListeningEndpoints(project))
        {
            if (endpoint.IsHttps)
            {
                context.EnvironmentVariables.TryAdd("ASPNETCORE_HTTPS_PORT", endpoint.Property(EndpointProperty.Port));
            }

            urls.AppendLiteral($"{(urls.IsEmpty ? "" : ";")}{endpoint.Scheme}://{endpoint.EndpointAnnotation.TargetHost}:");
            urls.AppendFormatted(endpoint.Property(EndpointProperty.TargetPort));
        }

        if (!urls.IsEmpty)
        {
            context.EnvironmentVariables["ASPNETCORE_URLS"] = urls.Build();
        }
    }

    private static void ListenOnPorts(ProjectResource project, EnvironmentCallbackContext context)
    {
        foreach (var (variable, scheme) in new[] { ("HTTP_PORTS", "http"), ("HTTPS_PORTS", "https") })
        {
            var ports = new ReferenceExpressionBuilder();

            // The implied https binding is for deployments that end TLS in front of the project: nobody listens there.
            foreach (var endpoint in ListeningEndpoints(project).Where(e => e.Scheme == scheme && !e.EndpointAnnotation.IsImplicit))
            {
                ports.AppendLiteral(ports.IsEmpty ? "" : ";");
                ports.AppendFormatted(endpoint.Property(EndpointProperty.TargetPort));
            }

            if (!ports.IsEmpty)
            {
                context.EnvironmentVariables.TryAdd(variable, ports.Build());
            }
        }
    }

    private static IEnumerable<EndpointReference> ListeningEndpoints(ProjectResource project) =>
        project.GetEndpoints().Where(e => e.EndpointAnnotation is { IsHttp: true, TargetPortVariable: null });

    private static void AddWebBindings(IResourceBuilder<ProjectResource> project)
    {
        var http = Endpoint("http", isImplicit: false);
        var https = Endpoint("https", isImplicit: true);
        http.TargetPort = https.TargetPort = http.TargetPort ?? https.TargetPort;

        EndpointAnnotation Endpoint(string scheme, bool isImplicit)
        {
            var known = project.Resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(e => e.UriScheme == scheme);

            if (known is null)
            {
                known = new EndpointAnnotation(System.Net.Sockets.ProtocolType.Tcp, scheme) { IsImplicit = isImplicit };
                project.WithAnnotation(known);
            }

            return known;
        }
    }
}
