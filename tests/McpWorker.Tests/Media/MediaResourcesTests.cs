using McpModules;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Testing;

namespace McpWorker.Tests.Media;

[Trait("Requirement", "S-152")]
public sealed class MediaResourcesTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_document_is_a_resource_and_reading_it_is_counted()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        using var metrics = new RecordedMetrics(worker.Services);
        await using var client = await worker.ConnectAsync();
        var id = (await client.CallAsync("media_ingest", ("content", "# Herons\n\nA heron waits."))).Data().GetProperty("id").GetString();

        var read = await client.ReadResourceAsync($"media://{id}", cancellationToken: Token);
        var templates = await client.ListResourceTemplatesAsync(cancellationToken: Token);

        var contents = Assert.IsType<TextResourceContents>(Assert.Single(read.Contents));
        Assert.Equal(("# Herons\n\nA heron waits.", "text/markdown", $"media://{id}"), (contents.Text, contents.MimeType, contents.Uri));
        Assert.Contains(templates, template => template.UriTemplate == "media://{id}");
        Assert.Equal(1, metrics.Sum("resources_accessed_total", "server=media", "result=success"));
    }

    [Fact]
    public async Task Only_callers_with_the_permission_read_documents()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var admin = await worker.ConnectAsync();
        await using var other = await worker.ConnectAsync(WorkerApp.Caller("bob", "tool:media/list:call"));
        var id = (await admin.CallAsync("media_ingest", ("content", "A heron waits."))).Data().GetProperty("id").GetString();

        await Assert.ThrowsAnyAsync<McpException>(async () => await other.ReadResourceAsync($"media://{id}", cancellationToken: Token));
    }

    [Fact]
    public async Task The_newest_come_first_and_ids_are_completed()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();
        var older = (await client.CallAsync("media_ingest", ("content", "older"))).Data().GetProperty("id").GetString()!;
        var newer = (await client.CallAsync("media_ingest", ("content", "newer"))).Data().GetProperty("id").GetString()!;
        var module = worker.Services.GetServices<Module>().Single(module => module.Name == "media");

        var listed = await module.ListResourcesAsync(worker.Services, Token);
        var served = await client.ListResourcesAsync(cancellationToken: Token);
        var completion = await client.CompleteAsync(new ResourceTemplateReference { Uri = "media://{id}" }, "id", newer, cancellationToken: Token);

        Assert.Equal([$"media://{newer}", $"media://{older}"], listed.Select(resource => resource.Uri));
        Assert.Equal("newer", listed[0].Title);
        Assert.Subset(served.Select(resource => resource.Uri).ToHashSet(StringComparer.Ordinal), listed.Select(resource => resource.Uri).ToHashSet(StringComparer.Ordinal));
        Assert.Equal([newer], completion.Completion.Values);
    }

    [Fact]
    public async Task A_document_that_is_not_there_is_told_as_such()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();

        var failure = await Assert.ThrowsAnyAsync<McpException>(
            async () => await client.ReadResourceAsync("media://0198c5f2-5d2a-7c3e-9b1a-2f6d1c0e4a77", cancellationToken: Token));

        Assert.Contains("There is no document", failure.Message, StringComparison.Ordinal);
    }
}
