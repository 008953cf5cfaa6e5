using System.Net;
using McpWorker.Upstreams.Http;

namespace McpWorker.Tests.Upstreams.Http;

public sealed class AddressKindsTests
{
    [Theory]
    [InlineData("93.184.216.34")]
    [InlineData("2606:4700::1111")]
    [InlineData("64:ff9b::5db8:d822")] // NAT64 of a public address
    public void Public_addresses_are_allowed(string address) =>
        Assert.True(AddressKinds.IsAllowed(IPAddress.Parse(address), allowPrivate: false));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("10.1.2.3")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("fd00::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::10.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2002:a00:1::1")]
    public void Private_addresses_in_every_dress_need_a_permission(string address)
    {
        Assert.False(AddressKinds.IsAllowed(IPAddress.Parse(address), allowPrivate: false));
        Assert.True(AddressKinds.IsAllowed(IPAddress.Parse(address), allowPrivate: true));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("fe80::1")]
    [InlineData("224.0.0.1")]
    [InlineData("ff02::1")]
    [InlineData("255.255.255.255")]
    [InlineData("2001::1")]
    public void Metadata_services_and_what_is_no_host_are_never_reached(string address) =>
        Assert.False(AddressKinds.IsAllowed(IPAddress.Parse(address), allowPrivate: true));
}
