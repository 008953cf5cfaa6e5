using System.Buffers.Binary;
using System.Text;

namespace Testing;

/// <summary>A span as it went over the wire, read with as much protobuf as it takes.</summary>
/// <param name="Service">The resource's <c>service.name</c>.</param>
/// <param name="ParentId">Empty: it has none.</param>
/// <param name="Kind">1 internal, 2 server, 3 client.</param>
/// <param name="Links">Trace ids.</param>
public sealed record OtlpSpan(
    string Service, string TraceId, string SpanId, string ParentId, string Name, int Kind, bool IsError,
    IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<string> Links)
{
    /// <summary>Reads an ExportTraceServiceRequest.</summary>
    public static IEnumerable<OtlpSpan> ReadExport(byte[] export)
    {
        foreach (var resourceSpans in All(export, 1))
        {
            var resource = ReadAttributes(All(resourceSpans, 1).FirstOrDefault(), 1);
            foreach (var span in All(resourceSpans, 2).SelectMany(scope => All(scope, 2)))
            {
                yield return Read(span, resource.GetValueOrDefault("service.name", ""));
            }
        }
    }

    private static OtlpSpan Read(ReadOnlyMemory<byte> span, string service) => new(
        service,
        Hex(All(span, 1)),
        Hex(All(span, 2)),
        Hex(All(span, 4)),
        Text(All(span, 5)),
        (int)Number(span, 6),
        All(span, 15).Any(status => Number(status, 3) == 2),
        ReadAttributes(span, 9),
        [.. All(span, 13).Select(link => Hex(All(link, 1)))]);

    private static Dictionary<string, string> ReadAttributes(ReadOnlyMemory<byte> message, int field) =>
        All(message, field).ToDictionary(pair => Text(All(pair, 1)), pair => Value(All(pair, 2).First()), StringComparer.Ordinal);

    private static string Value(ReadOnlyMemory<byte> value) =>
        All(value, 1).Any() ? Text(All(value, 1)) : Number(value, 3).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Hex(IEnumerable<ReadOnlyMemory<byte>> values) => Convert.ToHexStringLower(values.FirstOrDefault().Span);

    private static string Text(IEnumerable<ReadOnlyMemory<byte>> values) => Encoding.UTF8.GetString(values.FirstOrDefault().Span);

    private static IEnumerable<ReadOnlyMemory<byte>> All(ReadOnlyMemory<byte> message, int field) =>
        Fields(message).Where(entry => entry.Field == field && !entry.Bytes.Equals(default)).Select(entry => entry.Bytes);

    private static ulong Number(ReadOnlyMemory<byte> message, int field) => Fields(message).FirstOrDefault(entry => entry.Field == field).Number;

    private static IEnumerable<(int Field, ReadOnlyMemory<byte> Bytes, ulong Number)> Fields(ReadOnlyMemory<byte> message)
    {
        var at = 0;
        while (at < message.Length)
        {
            var tag = VarInt(message.Span, ref at);
            var field = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    yield return (field, default, VarInt(message.Span, ref at));
                    break;
                case 1:
                    yield return (field, default, BinaryPrimitives.ReadUInt64LittleEndian(message.Span[at..]));
                    at += 8;
                    break;
                case 2:
                    var length = (int)VarInt(message.Span, ref at);
                    yield return (field, message.Slice(at, length), 0);
                    at += length;
                    break;
                default:
                    at += 4;
                    break;
            }
        }
    }

    private static ulong VarInt(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = bytes[at++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }
}
