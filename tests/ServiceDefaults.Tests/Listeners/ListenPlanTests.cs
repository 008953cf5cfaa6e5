using Microsoft.Extensions.Configuration;
using ServiceDefaults.Listeners;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Tests.Listeners;

public sealed class ListenPlanTests
{
    [Fact]
    [Trait("Requirement", "S-019")]
    public void Without_any_setting_each_service_has_ports_of_its_own()
    {
        Assert.Equal(["http://0.0.0.0:8000", "http://0.0.0.0:9090"], Plan().Urls);
        Assert.Equal(["http://0.0.0.0:8100", "http://0.0.0.0:9101"], Plan(identity: ServiceIdentity.Worker).Urls);
        Assert.Equal(["http://0.0.0.0:8200", "http://0.0.0.0:9102"], Plan(identity: ServiceIdentity.Backup).Urls);
    }

    [Fact]
    [Trait("Requirement", "S-019")]
    public void Host_and_port_are_ours_until_aspnetcore_says_otherwise()
    {
        var ours = new ServerOptions { Host = "::1", Port = 8123 };

        Assert.Equal(["http://[::1]:8123", "http://[::1]:9090"], Plan(ours).Urls);
        Assert.Equal(["http://*:8080", "http://*:9090"], Plan(ours, ("http_ports", "8080")).Urls);
        Assert.Equal(["http://localhost:5000", "http://localhost:9090"], Plan(ours, ("urls", "http://localhost:5000"), ("http_ports", "8080")).Urls);
        Assert.Equal(["http://localhost:6000", "http://localhost:9090"], Plan(ours, ("Kestrel:Endpoints:api:Url", "http://localhost:6000")).Urls);
    }

    [Fact]
    [Trait("Requirement", "S-112")]
    public void A_metrics_port_among_the_addresses_is_not_bound_twice()
    {
        var plan = Plan(settings: ("urls", "http://localhost:5000;http://localhost:9090"));

        Assert.Equal(["http://localhost:5000", "http://localhost:9090"], plan.Urls);
        Assert.Equal(9090, plan.MetricsPort);
    }

    [Fact]
    [Trait("Requirement", "S-176")]
    public void Metrics_that_are_off_have_no_listener()
    {
        var plan = ListenPlan.Make(Configuration(), new ServerOptions(), new MetricsOptions { Enabled = false }, ServiceIdentity.Gateway);

        Assert.Equal(["http://0.0.0.0:8000"], plan.Urls);
        Assert.Null(plan.MetricsPort);
    }

    [Fact]
    public void One_port_for_api_and_metrics_is_refused()
    {
        var refusal = Assert.Throws<SettingsException>(() => Plan(new ServerOptions { Port = 9090 }));

        Assert.Equal("MCP_METRICS_PORT", Assert.Single(refusal.Errors).Key);
    }

    [Theory]
    [InlineData("http://0.0.0.0:5000", "http://127.0.0.1:5000/")]
    [InlineData("http://[::]:5000", "http://[::1]:5000/")]
    [InlineData("http://*:5000", "http://127.0.0.1:5000/")]
    [InlineData("http://localhost:9090;http://10.1.2.3:5000", "http://10.1.2.3:5000/")]
    public void The_probe_finds_the_api_on_this_machine(string urls, string expected)
    {
        Assert.Equal(expected, Plan(settings: ("urls", urls)).Loopback().ToString());
    }

    private static ListenPlan Plan(ServerOptions? server = null, params (string Key, string Value)[] settings) =>
        ListenPlan.Make(Configuration(settings), server ?? new ServerOptions(), new MetricsOptions(), ServiceIdentity.Gateway);

    private static ListenPlan Plan(ServiceIdentity identity) =>
        ListenPlan.Make(Configuration(), new ServerOptions(), new MetricsOptions(), identity);

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
}
