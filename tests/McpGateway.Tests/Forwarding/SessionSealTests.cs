using McpGateway.Forwarding;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace McpGateway.Tests.Forwarding;

public sealed class SessionSealTests : IDisposable
{
    private readonly SessionSeal _seal = With("0123456789abcdef0123456789abcdef");

    [Fact]
    public void What_was_sealed_opens_for_its_owner()
    {
        Assert.Equal(("worker-1", "abc"), _seal.Open(_seal.Seal("worker-1", "abc", "owner", null), "owner", null));
    }

    [Fact]
    public void Nobody_else_can_open_it()
    {
        Assert.Null(_seal.Open(_seal.Seal("worker-1", "abc", "owner", null), "stranger", null));
    }

    [Fact]
    public void It_opens_at_the_endpoint_it_was_begun_at_alone()
    {
        var ofAll = _seal.Seal("worker-1", "abc", "owner", null);
        var ofOne = _seal.Seal("worker-1", "abc", "owner", "orders");

        Assert.Equal(("worker-1", "abc"), _seal.Open(ofOne, "owner", "orders"));
        Assert.Null(_seal.Open(ofAll, "owner", "orders"));
        Assert.Null(_seal.Open(ofOne, "owner", null));
        Assert.Null(_seal.Open(ofOne, "owner", "files"));
    }

    [Fact]
    public void Any_gateway_with_the_same_secret_can_open_it_and_no_other()
    {
        using var twin = With("0123456789abcdef0123456789abcdef");
        using var foreign = With("fedcba9876543210fedcba9876543210");
        var id = _seal.Seal("worker-1", "abc", "owner", null);

        Assert.NotNull(twin.Open(id, "owner", null));
        Assert.Null(foreign.Open(id, "owner", null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("not base64url!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Ids_nobody_sealed_are_refused(string id)
    {
        Assert.Null(_seal.Open(id, "owner", null));
    }

    public void Dispose() => _seal.Dispose();

    private static SessionSeal With(string secret) => new(Options.Create(new AuthenticationOptions { InternalSecret = secret }));
}
