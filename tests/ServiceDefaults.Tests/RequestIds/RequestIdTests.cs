using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ServiceDefaults.Logging;

namespace ServiceDefaults.Tests.RequestIds;

public sealed partial class RequestIdTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-206")]
    public async Task A_well_formed_id_is_kept_returned_and_logged()
    {
        var output = new MemoryStream();
        await using (var service = await StartAsync(output))
        {
            Assert.Equal("call-42_a.b", await AskAsync(service, "/said", "call-42_a.b"));
        }

        var line = JsonDocument.Parse(System.Text.Encoding.UTF8.GetString(output.ToArray()).Split('\n').Single(line => line.Contains("said it", StringComparison.Ordinal))).RootElement;
        Assert.Equal("call-42_a.b", line.GetProperty("request_id").GetString());
        Assert.Matches("^[0-9a-f]{32}$", line.GetProperty("trace_id").GetString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("has space")]
    [InlineData("{\"json\":1}")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Anything_else_gets_an_id_of_our_own(string? given)
    {
        await using var service = await StartAsync(new MemoryStream());

        Assert.Matches(Ours(), await AskAsync(service, "/said", given));
    }

    [Theory]
    [InlineData("/no/such/path")]
    [InlineData("/fails")]
    public async Task Errors_return_the_id_too(string path)
    {
        await using var service = await StartAsync(new MemoryStream());

        Assert.Equal("seen-by-the-caller", await AskAsync(service, path, "seen-by-the-caller"));
    }

    private static Task<TestService> StartAsync(MemoryStream output) => TestService.StartAsync(
        build: builder => builder.Services.AddSingleton(_ => new LogLineWriter(output, 1_000)).AddProblemDetails(),
        map: app =>
        {
            app.UseExceptionHandler();
            app.MapGet("/said", (ILogger<RequestIdTests> logger) => logger.Log(LogLevel.Warning, default, "said it", exception: null, (said, _) => said));
            app.MapGet("/fails", string () => throw new InvalidOperationException("as asked"));
        },
        cancellationToken: Token);

    private static async Task<string> AskAsync(TestService service, string path, string? id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (id is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Request-ID", id);
        }

        using var response = await service.Client.SendAsync(request, Token);
        return Assert.Single(response.Headers.GetValues("X-Request-ID"));
    }

    [GeneratedRegex("^[0-9a-f]{32}$", RegexOptions.None, 1000)]
    private static partial Regex Ours();
}
