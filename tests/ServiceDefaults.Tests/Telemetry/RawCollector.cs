using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ServiceDefaults.Tests.Telemetry;

/// <summary>A collector that behaves as badly as a test wants, on a bare socket.</summary>
internal sealed class RawCollector : IAsyncDisposable
{
    private const string Head = "HTTP/1.1 {0}\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _asked = new(0);
    private readonly Task _serving;
    private volatile string? _answer;

    public RawCollector(string? answer)
    {
        _answer = answer;
        _listener.Start();
        _serving = ServeAsync();
    }

    public static string? Hangs => null;

    public static string Garbage => "Hello, this is a mail server.\r\n\r\n";

    public static string Broken => Head.Replace("{0}", "500 Internal Server Error", StringComparison.Ordinal);

    public static string Well => Head.Replace("{0}", "200 OK", StringComparison.Ordinal);

    public string Url => $"http://{_listener.LocalEndpoint}";

    /// <param name="answer">Null: none ever.</param>
    public void AnswerWith(string? answer) => _answer = answer;

    public Task AskedAsync(CancellationToken cancellationToken) => _asked.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
        _asked.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_end.Token);
            _ = AnswerAsync(client);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var request = new List<byte>();
                var buffer = new byte[65536];
                while (!IsWhole(request))
                {
                    var read = await stream.ReadAsync(buffer, _end.Token);
                    if (read == 0)
                    {
                        return;
                    }

                    request.AddRange(buffer[..read]);
                }

                _asked.Release();
                if (_answer is { } answer)
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), _end.Token);
                }
                else
                {
                    await Task.Delay(Timeout.Infinite, _end.Token);
                }
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The exporter gave up, or the test is over.
            }
        }
    }

    private static bool IsWhole(List<byte> request)
    {
        var text = Encoding.Latin1.GetString([.. request]);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var length = text.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase));
        return end >= 0 && request.Count >= end + 4 + (length is null ? 0 : int.Parse(length["Content-Length: ".Length..], System.Globalization.CultureInfo.InvariantCulture));
    }
}
