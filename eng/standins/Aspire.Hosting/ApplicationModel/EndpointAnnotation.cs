using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>An address at which a resource listens.</summary>
public sealed class EndpointAnnotation : IResourceAnnotation
{
    private readonly ValueSnapshot<AllocatedEndpoint> _allocated = new();
    private int? _port;
    private int? _targetPort;
    private bool? _tlsEnabled;
    private string? _transport;

    public EndpointAnnotation(
        ProtocolType protocol, string? uriScheme = null, string? transport = null, string? name = null,
        int? port = null, int? targetPort = null, bool? isExternal = null, bool? isProxied = null)
    {
        Protocol = protocol;
        UriScheme = uriScheme ?? protocol.ToString().ToLowerInvariant();
        Name = name ?? UriScheme;
        ResourceName.Validate(Name, "Endpoint");
        _transport = transport;
        _port = port;
        _targetPort = targetPort;
        IsExternal = isExternal ?? false;
        IsProxied = isProxied ?? true;
    }

    public string Name { get; set; }

    public ProtocolType Protocol { get; set; }

    public string UriScheme { get; set; }

    /// <summary>The port callers use; null for any free one. Without a proxy it is the target port.</summary>
    public int? Port
    {
        get => _port ?? (IsProxied ? null : _targetPort);
        set => _port = value;
    }

    /// <summary>The port the process listens on; null for any free one. Without a proxy it is the public port.</summary>
    public int? TargetPort
    {
        get => _targetPort ?? (IsProxied ? null : _port);
        set => _targetPort = value;
    }

    public string TargetHost { get; set; } = "localhost";

    public string Transport
    {
        get => _transport ?? (IsHttp ? "http" : Protocol.ToString().ToLowerInvariant());
        set => _transport = value;
    }

    public bool IsExternal { get; set; }

    public bool IsProxied { get; set; }

    public bool ExcludeReferenceEndpoint { get; set; }

    public bool TlsEnabled
    {
        get => _tlsEnabled ?? string.Equals(UriScheme, "https", StringComparison.OrdinalIgnoreCase);
        set => _tlsEnabled = value;
    }

    /// <summary>Where the endpoint was put in this run; null before that.</summary>
    public AllocatedEndpoint? AllocatedEndpoint
    {
        get => _allocated.Current;
        set => _allocated.SetValue(value ?? throw new ArgumentNullException(nameof(value)));
    }

    internal bool IsHttp => UriScheme is "http" or "https";

    /// <summary>Whether the endpoint comes from the launch profile or the defaults of a project, not from the AppHost.</summary>
    internal bool IsImplicit { get; init; }

    /// <summary>The variable that tells the process its target port (<c>env:</c>), so that it is not in the URL list.</summary>
    internal string? TargetPortVariable { get; set; }

    internal Task<AllocatedEndpoint> WaitForAllocationAsync(CancellationToken cancellationToken) => _allocated.GetValueAsync(cancellationToken);
}
