using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace McpGateway.RequestLog;

/// <summary>
/// Requests that the server refused because it could not make them out pass no step of the pipeline, but are requests all the
/// same: the server tells of them by this event.
/// </summary>
internal sealed class UnreadableRequests(DiagnosticListener server, AccessLog log) : IHostedService, IObserver<KeyValuePair<string, object?>>
{
    private const string Refused = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    private IDisposable? _subscription;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _subscription = log.IsOn ? server.Subscribe(this, static name => name == Refused) : null;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _subscription?.Dispose();
        return Task.CompletedTask;
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is IFeatureCollection request && request.Get<LoggedRequest>() is null)
        {
            var status = (request.Get<IBadRequestExceptionFeature>()?.Error as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
            log.Write(new AccessEntry(
                request.Get<IHttpRequestFeature>()?.Method ?? "", Path: "", status, DurationMs: 0, Bytes: 0,
                ClientAddress.Text(request.Get<IHttpConnectionFeature>()?.RemoteIpAddress), User: null, RequestId: null, TraceId: null, UserAgent: ""));
        }
    }

    public void OnError(Exception error)
    {
    }

    public void OnCompleted()
    {
    }
}
