using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;

namespace StandIns.Tests.Orchestration;

public sealed class StopOrderTests
{
    private readonly IDistributedApplicationBuilder _builder = DistributedApplication.CreateBuilder();

    [Fact]
    public void Whoever_needs_another_goes_before_it_even_through_a_value()
    {
        var server = Add("server");
        var connection = _builder.AddConnectionString("mcpdb", ReferenceExpression.Create($"Host=x")).WaitFor(server);
        var worker = Add("worker").WithReference(connection).WaitFor(connection);
        var gateway = Add("gateway").WithReference(connection).WaitFor(worker);
        var backup = Add("backup").WaitFor(server);

        Assert.Equal(["gateway", "worker backup", "server"], Order(server, worker, gateway, backup));
    }

    [Fact]
    public void A_circle_of_references_does_not_keep_anything_from_stopping()
    {
        var one = Add("one").WithHttpEndpoint();
        var two = Add("two").WithHttpEndpoint().WithReference(one.GetEndpoint("http")).WaitFor(one);
        one.WithReference(two.GetEndpoint("http"));

        Assert.Equal(2, StopOrder.Of([one.Resource, two.Resource]).SelectMany(group => group).Distinct().Count());
    }

    private static string[] Order(params IResourceBuilder<IResource>[] resources) =>
        [.. StopOrder.Of(resources.Select(builder => builder.Resource)).Select(group => string.Join(' ', group.Select(resource => resource.Name)))];

    private IResourceBuilder<ExecutableResource> Add(string name) => _builder.AddExecutable(name, "true", "/");
}
