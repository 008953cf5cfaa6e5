using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using McpWorker.Servers;

namespace McpWorker.Upstreams.Http;

/// <summary>
/// Access tokens by the client credentials grant (RFC 6749 §4.4), one at a time: whoever finds none waits for the one that
/// is being fetched. A token is renewed when four fifths of its life are over, at the latest a minute before its end.
/// </summary>
internal sealed class ClientCredentialTokens(HttpMessageInvoker http, string server, ClientCredentials credentials, TimeProvider clock) : IDisposable
{
    /// <summary>Short enough that the handshake's time is not up before the reason is known.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(1);
    private static readonly TimeSpan LifeIfUntold = TimeSpan.FromMinutes(5);
    private const int MaxAnswerBytes = 64 * 1024;

    private readonly SemaphoreSlim _fetching = new(1, 1);
    private volatile Token? _token;

    /// <exception cref="HttpRequestException">The authorization server gave none.</exception>
    public async Task<string> GetAsync(CancellationToken cancellationToken)
    {
        if (Usable() is { } token)
        {
            return token;
        }

        await _fetching.WaitAsync(cancellationToken);
        try
        {
            return Usable() ?? (_token = await FetchAsync(cancellationToken)).Value;
        }
        finally
        {
            _fetching.Release();
        }
    }

    /// <summary>The upstream did not accept it.</summary>
    public void Forget(string token)
    {
        if (_token?.Value == token)
        {
            _token = null;
        }
    }

    public void Dispose()
    {
        _fetching.Dispose();
        http.Dispose();
    }

    private string? Usable() => _token is { } token && clock.GetUtcNow() < token.RenewAt ? token.Value : null;

    private async Task<Token> FetchAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        var form = new Dictionary<string, string>(StringComparer.Ordinal) { ["grant_type"] = "client_credentials" };
        if (credentials.Scope is { Length: > 0 } scope)
        {
            form["scope"] = scope;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, credentials.TokenEndpoint) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Basic());
        try
        {
            using var response = await http.SendAsync(request, either.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw Failed($"answered {(int)response.StatusCode}; check client_id, client_secret and scope");
            }

            await response.Content.LoadIntoBufferAsync(MaxAnswerBytes, either.Token);
            var answer = await response.Content.ReadFromJsonAsync<Answer>(either.Token);
            return answer is { AccessToken.Length: > 0 } && (answer.TokenType is null || answer.TokenType.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
                ? Keep(answer)
                : throw Failed("answered without a bearer token in access_token");
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed($"did not answer within {Patience.TotalSeconds:0} s", exception);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw Failed("did not answer with JSON", exception);
        }
    }

    private Token Keep(Answer answer)
    {
        var life = answer.ExpiresIn is > 0 ? TimeSpan.FromSeconds(Math.Min(answer.ExpiresIn.Value, LongestLife.TotalSeconds)) : LifeIfUntold;
        var reserve = TimeSpan.FromTicks(Math.Max((life / 5).Ticks, Math.Min(TimeSpan.FromMinutes(1).Ticks, (life / 2).Ticks)));
        return new Token(answer.AccessToken!, clock.GetUtcNow() + life - reserve);
    }

    /// <summary>RFC 6749 §2.3.1: both parts are form-encoded before they are joined.</summary>
    private string Basic() => Convert.ToBase64String(
        Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(credentials.ClientId)}:{Uri.EscapeDataString(credentials.ClientSecret)}"));

    private HttpRequestException Failed(string what, Exception? inner = null) =>
        new($"No access token for '{server}': {credentials.TokenEndpoint.GetLeftPart(UriPartial.Path)} {what}.", inner);

    private sealed record Token(string Value, DateTimeOffset RenewAt);

    private sealed record Answer(
        [property: JsonPropertyName("access_token")] string? AccessToken,
        [property: JsonPropertyName("token_type")] string? TokenType,
        [property: JsonPropertyName("expires_in"), JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)] double? ExpiresIn);
}
