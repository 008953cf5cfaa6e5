using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using ServiceDefaults.InternalCalls;

namespace McpWorker.Tests.Conformance;

/// <summary>The gateway's part for programs that speak to a port: refuses foreign hosts and origins, signs, and passes bytes both ways as they come.</summary>
internal sealed class SigningProxy : IAsyncDisposable
{
    private static readonly HashSet<string> NotPassed = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Connection", "Transfer-Encoding", "Content-Length", "Keep-Alive",
    };

    private readonly WebApplication _app;
    private readonly HttpClient _worker;

    private SigningProxy(WebApplication app, HttpClient worker)
    {
        _app = app;
        _worker = worker;
    }

    public Uri Address => new(_app.Urls.Single());

    public static async Task<SigningProxy> StartAsync(WorkerApp worker, InternalCaller? caller = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var client = worker.GatewayClient(caller ?? WorkerApp.Admin);
        client.DefaultRequestHeaders.Accept.Clear();
        client.Timeout = Timeout.InfiniteTimeSpan;
        var proxy = new SigningProxy(app, client);
        app.Run(proxy.ForwardAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _worker.Dispose();
    }

    private static bool IsOwn(string host) => host is "localhost" or "127.0.0.1";

    private async Task ForwardAsync(HttpContext http)
    {
        var origin = http.Request.Headers.Origin.ToString();
        if (!IsOwn(http.Request.Host.Host) || (origin.Length > 0 && !IsOwn(new Uri(origin).Host)))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), http.Request.Path + http.Request.QueryString);
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

        try
        {
            using var response = await _worker.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);
            await AnswerAsync(http, response);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client left, and the worker was told by the same token.
        }
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
