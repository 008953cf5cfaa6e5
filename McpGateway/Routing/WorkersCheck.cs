using McpGateway.Forwarding;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ServiceDefaults.Health;
using ServiceDefaults.Instances;

namespace McpGateway.Routing;

/// <summary>One worker that answers is enough to serve; the others show in the status (S-170).</summary>
internal sealed class WorkersCheck(WorkerPool workers, WorkerHttp http) : IHealthCheck
{
    private const string Path = "/health/live";

    /// <summary>So many are asked at once at most; a platform with more has other ways to miss one.</summary>
    private const int MostAsked = 16;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var live = workers.Live;
        if (live.Count == 0)
        {
            return PublicReason.Unhealthy("none is known");
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var answers = live.Take(MostAsked).Select(worker => AnswersAsync(worker, enough.Token)).ToList();
        await foreach (var answer in Task.WhenEach(answers))
        {
            if (await answer)
            {
                await enough.CancelAsync();
                await Task.WhenAll(answers);
                return HealthCheckResult.Healthy();
            }
        }

        return PublicReason.Unhealthy("none answers");
    }

    private async Task<bool> AnswersAsync(Instance worker, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, worker.Address + Path);
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
