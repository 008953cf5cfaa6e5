using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpWorker.Servers;

/// <summary>
/// What this worker has asked a server to tell of by itself: changed lists, and the resources that callers watch. An older
/// server is asked for each resource, a modern one for all on one stream, which is opened anew when they change.
/// </summary>
internal sealed class ServerSubscriptions(ServerConnection connection) : IDisposable
{
    private readonly HashSet<string> _watched = new(StringComparer.Ordinal);
    private CancellationTokenSource? _listening;
    private Task _stream = Task.CompletedTask;

    /// <summary>Brings the subscriptions to what is watched now. A server that does not take part is asked again later.</summary>
    public async Task FollowAsync(IReadOnlySet<string> wanted, CancellationToken cancellationToken)
    {
        if (connection.IsModern)
        {
            Listen(wanted);
        }
        else if (connection.Client.ServerCapabilities.Resources?.Subscribe is true)
        {
            foreach (var uri in _watched.Except(wanted, StringComparer.Ordinal).ToList())
            {
                _watched.Remove(uri);
                await TryAsync("resources/unsubscribe", uri, cancellationToken);
            }

            foreach (var uri in wanted.Except(_watched, StringComparer.Ordinal).ToList())
            {
                if (await TryAsync("resources/subscribe", uri, cancellationToken))
                {
                    _watched.Add(uri);
                }
            }
        }
    }

    public void Dispose()
    {
        _listening?.Cancel();
        _listening?.Dispose();
    }

    private async Task<bool> TryAsync(string method, string uri, CancellationToken cancellationToken)
    {
        try
        {
            await connection.RequestAsync(method, new JsonObject { ["uri"] = uri }, cancellationToken);
            return true;
        }
        catch (McpException)
        {
            // It does not know the resource any more; who watches it hears nothing, as nothing happens to it.
            return false;
        }
    }

    private void Listen(IReadOnlySet<string> wanted)
    {
        if (!_stream.IsCompleted && _watched.SetEquals(wanted))
        {
            return;
        }

        Dispose();
        _watched.Clear();
        _watched.UnionWith(wanted);
        var listening = _listening = new CancellationTokenSource();
        _stream = ListenAsync([.. wanted], listening.Token);
    }

    private async Task ListenAsync(string[] uris, CancellationToken cancellationToken)
    {
        var notifications = new JsonObject { ["toolsListChanged"] = true, ["promptsListChanged"] = true, ["resourcesListChanged"] = true };
        if (uris.Length > 0)
        {
            notifications["resourceSubscriptions"] = new JsonArray([.. uris.Select(uri => JsonValue.Create(uri))]);
        }

        try
        {
            await connection.RequestAsync(RequestMethods.SubscriptionsListen, new JsonObject { ["notifications"] = notifications }, cancellationToken);
        }
        catch (Exception exception) when (exception is McpException or OperationCanceledException or HttpRequestException or IOException or ObjectDisposedException)
        {
            // It ended, or the server has none: the next refresh tries again, and finds what changed meanwhile.
        }
    }
}
