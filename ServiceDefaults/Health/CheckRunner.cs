using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Health;

/// <summary>
/// Runs all registered checks at once, each for MCP_HEALTH_CHECK_TIMEOUT at most (S-168, S-169). One that hangs is counted as
/// failed and not started again before it has come back, so that probes cannot pile up on a dead dependency.
/// </summary>
internal sealed partial class CheckRunner(
    IServiceScopeFactory scopes,
    IOptions<HealthCheckServiceOptions> registered,
    IOptionsMonitor<HealthOptions> options,
    TimeProvider clock,
    ILogger<CheckRunner> logger)
{
    private readonly ConcurrentDictionary<string, Task<Finding>> _running = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _failing = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<CheckResult>> RunAllAsync()
    {
        var checks = from registration in registered.Value.Registrations
                     let @group = HealthTags.GroupOf(registration.Name, registration.Tags)
                     where @group is not null
                     select RunAsync(registration, @group);
        return await Task.WhenAll(checks.ToList());
    }

    private async Task<CheckResult> RunAsync(HealthCheckRegistration registration, string group)
    {
        var timeout = TimeSpan.FromSeconds(options.CurrentValue.TimeoutSeconds);
        if (_running.TryGetValue(registration.Name, out var running) && !running.IsCompleted)
        {
            return Note(registration.Name, group, Finding.TimedOut);
        }

        // On a thread of its own: making or beginning a check may block, for example while a client connects for the first
        // time, and a pool whose few threads all wait for dead dependencies answers no liveness probe either.
        var run = Task.Factory.StartNew(
            () => CheckAsync(registration, timeout), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        _running[registration.Name] = run;
        try
        {
            return Note(registration.Name, group, await run.WaitAsync(timeout, clock));
        }
        catch (TimeoutException)
        {
            return Note(registration.Name, group, Finding.TimedOut);
        }
    }

    private async Task<Finding> CheckAsync(HealthCheckRegistration registration, TimeSpan timeout)
    {
        using var patience = new CancellationTokenSource(timeout, clock);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var check = registration.Factory(scope.ServiceProvider);
            var context = new HealthCheckContext { Registration = registration };
            var result = await check.CheckHealthAsync(context, patience.Token);
            return result.Status == HealthStatus.Healthy ? default : Describe(registration, result);
        }
        catch (Exception exception)
        {
            // Whatever a check throws means that the thing it checks is not well.
            return Describe(registration, HealthCheckResult.Unhealthy(exception.Message, exception));
        }
    }

    /// <summary>Our own checks say what is wrong in words fit for anybody; of others only that something is.</summary>
    private static Finding Describe(HealthCheckRegistration registration, HealthCheckResult result)
    {
        if (result.Exception is OperationCanceledException)
        {
            return Finding.TimedOut;
        }

        var problem = result.Data.TryGetValue(PublicReason.Key, out var reason) && reason is string words ? words
            : HealthTags.GroupOf(registration.Name, registration.Tags) switch
            {
                HealthTags.Database or HealthTags.Cache => "unreachable",
                HealthTags.Module when result.Description is { Length: > 0 } description => description, // in the log, in no answer
                _ => "unhealthy",
            };
        return new Finding(problem, result.Exception);
    }

    /// <summary>Logs changes only; a probe each second would fill the log with the same sentence.</summary>
    private CheckResult Note(string name, string group, Finding finding)
    {
        var problem = finding.Problem;
        if (problem is null)
        {
            if (_failing.TryRemove(name, out _))
            {
                LogRecovered(name);
            }
        }
        else if (!_failing.TryGetValue(name, out var known) || known != problem)
        {
            _failing[name] = problem;
            LogFailed(finding.Cause, name, problem);
        }

        return new CheckResult(name, group, problem);
    }

    [LoggerMessage(LogLevel.Warning, "Health check {Check} fails: {Problem}", EventName = "health_check_failed")]
    private partial void LogFailed(Exception? cause, string check, string problem);

    [LoggerMessage(LogLevel.Information, "Health check {Check} passes again", EventName = "health_check_recovered")]
    private partial void LogRecovered(string check);

    /// <param name="Problem">Null: healthy. Else words fit for anybody.</param>
    /// <param name="Cause">For the log only.</param>
    private readonly record struct Finding(string? Problem, Exception? Cause)
    {
        public static Finding TimedOut { get; } = new("timed out", null);
    }
}
