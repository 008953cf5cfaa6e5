using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace ServiceDefaults.Tests.Resilience;

public sealed class HttpResilienceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "503 504 200", 3, HttpStatusCode.OK)]
    [InlineData("HEAD", "502 200", 2, HttpStatusCode.OK)]
    [InlineData("GET", "503 503 503 200", 3, HttpStatusCode.ServiceUnavailable)]
    [InlineData("GET", "500 200", 1, HttpStatusCode.InternalServerError)]
    [InlineData("POST", "503 200", 1, HttpStatusCode.ServiceUnavailable)]
    [InlineData("POST", "away away 200", 3, HttpStatusCode.OK)]
    [Trait("Requirement", "S-009")]
    public async Task Only_what_cannot_happen_twice_is_repeated(string method, string answers, int sent, HttpStatusCode expected)
    {
        using var server = new ScriptedServer(answers.Split(' '));
        await using var service = await StartAsync(server);
        using var client = service.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), "http://server.test/");

        using var response = await client.SendAsync(request, Token);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(sent, server.Requests);
    }

    [Theory]
    [InlineData("away away away", 3)]
    [InlineData("broken 200", 1)]
    [Trait("Requirement", "S-009")]
    public async Task A_failure_that_remains_is_the_callers(string answers, int sent)
    {
        using var server = new ScriptedServer(answers.Split(' '));
        await using var service = await StartAsync(server);
        using var client = service.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

        await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync(new Uri("http://server.test/"), content: null, Token));

        Assert.Equal(sent, server.Requests);
    }

    private static Task<TestService> StartAsync(ScriptedServer server) => TestService.StartAsync(
        [], builder => builder.Services.AddHttpClient("").ConfigurePrimaryHttpMessageHandler(() => server), cancellationToken: Token);

    /// <summary>Answers with the next status; <c>away</c> cannot be connected to, <c>broken</c> fails after the request was sent.</summary>
    private sealed class ScriptedServer(string[] answers) : HttpMessageHandler
    {
        public int Requests { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answers[Requests++] switch
        {
            "away" => throw new HttpRequestException(HttpRequestError.ConnectionError),
            "broken" => throw new HttpRequestException(HttpRequestError.ResponseEnded),
            var status => Task.FromResult(new HttpResponseMessage((HttpStatusCode)int.Parse(status)) { RequestMessage = request }),
        };
    }
}
