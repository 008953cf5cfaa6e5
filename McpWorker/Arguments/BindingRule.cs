using System.Reflection;
using System.Text.Json;

namespace McpWorker.Arguments;

/// <summary>
/// Arguments that fit their schema and still are no value of their parameter's type: 99999999999 for an <c>int</c>, 3.0, a
/// text that is no date. Only parameters for which that can happen are tried.
/// </summary>
internal sealed class BindingRule
{
    private readonly List<ParameterInfo> _tried;
    private readonly JsonSerializerOptions _json;

    public BindingRule(MethodInfo method, JsonSerializerOptions json)
    {
        _json = json;
        _tried = [.. method.GetParameters().Where(parameter => !AlwaysFits(Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType))];
    }

    public void Check(IDictionary<string, JsonElement> arguments, Findings findings)
    {
        foreach (var parameter in _tried)
        {
            if (arguments.TryGetValue(parameter.Name!, out var value) && !Fits(value, parameter.ParameterType))
            {
                findings.Enter(parameter.Name!);
                findings.Add($"is {Shown.Value(value)}; it must be {Wanted(Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType)}");
                findings.Leave();
            }
        }
    }

    private bool Fits(JsonElement value, Type type)
    {
        try
        {
            _ = value.Deserialize(type, _json);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
        catch (NotSupportedException)
        {
            // Not something that comes from JSON: a service, the caller.
            return true;
        }
    }

    private static bool AlwaysFits(Type type) =>
        type == typeof(string) || type == typeof(bool) || type == typeof(double) || type == typeof(string[]) || type == typeof(JsonElement)
        || type == typeof(CancellationToken);

    private static string Wanted(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.SByte or TypeCode.Byte or TypeCode.Int16 or TypeCode.UInt16 or TypeCode.Int32 or TypeCode.UInt32 or TypeCode.Int64 or TypeCode.UInt64
            when !type.IsEnum => "a whole number that is not that large, written without a point",
        TypeCode.DateTime => "a date and time such as 2026-07-28T12:00:00Z",
        _ when type == typeof(DateTimeOffset) => "a date and time such as 2026-07-28T12:00:00Z",
        _ when type == typeof(DateOnly) => "a date such as 2026-07-28",
        _ when type == typeof(Guid) => "an id such as 0198c5f2-5d2a-7c3e-9b1a-2f6d1c0e4a77",
        _ => "of the form its description shows",
    };
}
