using System.Buffers;
using System.Text.Json;

namespace McpGateway.Envelope;

/// <summary>Writes refusals: as a JSON-RPC error with the request's id on MCP routes, as a problem elsewhere.</summary>
internal sealed class Refusals(McpCallReader reader, IProblemDetailsService problems)
{
    public async Task WriteAsync(HttpContext context, Refusal refusal)
    {
        if (context.Features.Get<McpCall>() is not { } call)
        {
            context.Response.StatusCode = refusal.Status;
            await problems.TryWriteAsync(new ProblemDetailsContext
            {
                HttpContext = context,
                ProblemDetails = { Status = refusal.Status, Detail = refusal.Message },
            });
            return;
        }

        // A refusal that came before the body was read still owes its id to a request that can be parsed.
        if (!call.IsRead && refusal.Status != StatusCodes.Status413PayloadTooLarge && !await reader.TryReadAsync(context, call))
        {
            refusal = Refusal.TooLarge;
        }

        if (refusal.Status is StatusCodes.Status413PayloadTooLarge)
        {
            // The rest of the body is not worth receiving.
            context.Response.Headers.Connection = "close";
        }

        call.ErrorType ??= refusal.ErrorType;
        call.Refusal = refusal;
        context.Response.StatusCode = refusal.Status;
        context.Response.ContentType = "application/json";
        var body = Render(refusal, call.Envelope.Id.Span);
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static ReadOnlyMemory<byte> Render(Refusal refusal, ReadOnlySpan<byte> id)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("jsonrpc"u8, "2.0"u8);
            json.WritePropertyName("id"u8);
            if (id.IsEmpty)
            {
                json.WriteNullValue();
            }
            else
            {
                json.WriteRawValue(id);
            }

            json.WriteStartObject("error"u8);
            json.WriteNumber("code"u8, refusal.Code);
            json.WriteString("message"u8, refusal.Message);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
