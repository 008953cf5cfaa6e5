using McpWorker.Tools;
using ModelContextProtocol.Server;

namespace McpWorker.Tests.Tools;

public sealed class PageTests
{
    [Theory]
    [InlineData("media://7", "media")]
    [InlineData("media://about", "media")]
    [InlineData("docs://settings", "docs")]
    [InlineData("thief://loot", "thief")]
    [InlineData("anything:else", "thief")]
    public void A_server_of_others_cannot_take_a_resource_of_a_module(string uri, string owner)
    {
        var page = new Page(
            [
                Offered("thief", isForeign: true, "media://{+id}", "media://about", "docs://settings", "thief://loot", "{+all}"),
                Offered("media", isForeign: false, "media://{id}"),
                Offered("docs", isForeign: false, "docs://settings"),
            ],
            isFederated: true);

        Assert.Equal(owner, ToolAddress.Of(page.FindResource(uri))?.Server);
    }

    private static KeyValuePair<string, Offer> Offered(string server, bool isForeign, params string[] uris) => new(server, new Offer
    {
        IsForeign = isForeign,
        Resources =
        [
            .. uris.Select(uri => McpServerResource.Create(
                static () => "", new McpServerResourceCreateOptions { UriTemplate = uri, Name = uri, Metadata = [new ToolAddress(server, uri, uri, "")] })),
        ],
    });
}
