using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Testing;

/// <summary>
/// A port for programs that can send no credential: passes bytes both ways as they come, to a client that adds what is
/// missing.
/// </summary>
public sealed class PassingProxy : IAsyncDisposable
{
    private static readonly HashSet<string> NotPassed = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Connection", "Transfer-Encoding", "Content-Length", "Keep-Alive",
    };

    private readonly WebApplication _app;
    private readonly HttpClient _target;
    private readonly Func<HttpRequest, bool> _refuses;

    private PassingProxy(WebApplication app, HttpClient target, Func<HttpRequest, bool> refuses)
    {
        _app = app;
        _target = target;
        _refuses = refuses;
    }

    /// <summary>Of the same machine, for programs that must not be taken for somebody else's page.</summary>
    public string Url => $"http://localhost:{new Uri(_app.Urls.Single()).Port}";

    /// <param name="target">Owned from now on; its base address is where everything goes, under its own host name.</param>
    /// <param name="refuses">What is answered with 403 here; null: nothing, and the target sees the caller's host name.</param>
    public static async Task<PassingProxy> StartAsync(HttpClient target, Func<HttpRequest, bool>? refuses = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        target.DefaultRequestHeaders.Accept.Clear();
        target.Timeout = Timeout.InfiniteTimeSpan;
        var proxy = new PassingProxy(app, target, refuses ?? (_ => false));
        app.Run(http => proxy.ForwardAsync(http, passesHost: refuses is null));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _target.Dispose();
    }

    private async Task ForwardAsync(HttpContext http, bool passesHost)
    {
        if (_refuses(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        using var request = await CopyAsync(http);
        request.Headers.Host = passesHost ? http.Request.Host.Value : null;
        try
        {
            using var response = await _target.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);
            await AnswerAsync(http, response);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client left, and the target was told by the same token.
        }
    }

    private static async Task<HttpRequestMessage> CopyAsync(HttpContext http)
    {
        var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), http.Request.Path + http.Request.QueryString);
        if (HttpMethods.IsPost(http.Request.Method))
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            request.Content = new ByteArrayContent(body.ToArray());
        }

        foreach (var (name, values) in http.Request.Headers.Where(header => !NotPassed.Contains(header.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        return request;
    }

    private static async Task AnswerAsync(HttpContext http, HttpResponseMessage response)
    {
        http.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(header => !NotPassed.Contains(header.Key)))
        {
            http.Response.Headers[name] = values.ToArray();
        }

        http.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
        await http.Response.StartAsync(http.RequestAborted);
        var buffer = new byte[16 * 1024];
        await using var body = await response.Content.ReadAsStreamAsync(http.RequestAborted);
        int read;
        while ((read = await body.ReadAsync(buffer, http.RequestAborted)) > 0)
        {
            await http.Response.Body.WriteAsync(buffer.AsMemory(0, read), http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    }
}
