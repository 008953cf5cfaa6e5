using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpGateway.Tests.Fixtures;

/// <summary>What a worker was sent.</summary>
internal sealed record ReceivedCall(string Method, string Path, string Body, IHeaderDictionary Headers)
{
    public string? Header(string name) => Headers.TryGetValue(name, out var values) ? values.ToString() : null;
}

/// <summary>The worker's side of the wire: real HTTP on a free port, answering as the test says and keeping what it got.</summary>
internal sealed class FakeWorker : IAsyncDisposable
{
    public const string Result = """{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"done"}]}}""";

    private readonly WebApplication _app;

    private FakeWorker(WebApplication app) => _app = app;

    public ConcurrentQueue<ReceivedCall> Calls { get; } = new();

    public Func<HttpContext, Task> Answer { get; set; } = context => WriteJsonAsync(context, Result);

    public string Url => _app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>()
        .Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<FakeWorker> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var worker = new FakeWorker(app);
        app.Run(worker.ReceiveAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return worker;
    }

    public static Task WriteJsonAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = System.Text.Encoding.UTF8.GetByteCount(json);
        return context.Response.WriteAsync(json);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        if (context.Request.Path == "/health/live")
        {
            // The gateway asks now and then; that is no call.
            return;
        }

        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var headers = new HeaderDictionary();
        foreach (var (name, values) in context.Request.Headers)
        {
            headers[name] = values;
        }

        Calls.Enqueue(new ReceivedCall(context.Request.Method, context.Request.Path, body, headers));
        await Answer(context);
    }
}
