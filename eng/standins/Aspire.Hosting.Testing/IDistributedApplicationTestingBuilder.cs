namespace Aspire.Hosting.Testing;

/// <summary>The builder of an AppHost whose <c>Main</c> has come as far as <c>Build()</c>; disposing it disposes the application.</summary>
public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder, IAsyncDisposable, IDisposable
{
    /// <summary>Lets the AppHost build its application, which is then the test's to start.</summary>
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}
