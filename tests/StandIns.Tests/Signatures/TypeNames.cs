using System.Reflection;

namespace StandIns.Tests.Signatures;

/// <summary>Types and parameters as C# writes them, with nullability and defaults.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    public static string Of(Type type)
    {
        if (type.IsByRef)
        {
            return Of(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return $"{Of(type.GetElementType()!)}[]";
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return $"{Of(value)}?";
        }

        if (type.IsGenericParameter || Keywords.ContainsKey(type))
        {
            return Keywords.GetValueOrDefault(type, type.Name);
        }

        var own = type.GetGenericArguments().Skip(type.DeclaringType?.GetGenericArguments().Length ?? 0).ToArray();
        var name = type.Name.Split('`')[0] + Arguments(own);
        return type.IsNested ? $"{Of(type.DeclaringType!)}.{name}" : type.Namespace is null ? name : $"{type.Namespace}.{name}";
    }

    public static string Of(ParameterInfo parameter)
    {
        var nullability = new NullabilityInfoContext().Create(parameter);
        var type = Of(parameter.ParameterType) + Mark(parameter.ParameterType, parameter.IsOut ? nullability.ReadState : nullability.WriteState, nullability.ReadState);

        if (parameter.Position < 0)
        {
            return type;
        }

        var modifier = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params "
            : parameter.IsOut ? "out "
            : parameter.ParameterType.IsByRef ? parameter.IsIn ? "in " : "ref "
            : "";
        var otherwise = parameter.HasDefaultValue ? $" = {Literal(parameter.DefaultValue)}" : "";
        return $"{modifier}{type} {parameter.Name}{otherwise}";
    }

    public static string Of(PropertyInfo property)
    {
        var nullability = new NullabilityInfoContext().Create(property);
        return Of(property.PropertyType) + Mark(property.PropertyType, nullability.ReadState, nullability.ReadState);
    }

    public static string Of(FieldInfo field)
    {
        var nullability = new NullabilityInfoContext().Create(field);
        return Of(field.FieldType) + Mark(field.FieldType, nullability.ReadState, nullability.ReadState);
    }

    public static string Arguments(Type[] arguments) => arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(Of))}>";

    public static string Constraints(Type[] arguments) => string.Concat(arguments.Where(a => a.IsGenericParameter).Select(argument =>
    {
        var special = argument.GenericParameterAttributes;
        var parts = new List<string>();

        if (special.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            parts.Add("class");
        }

        parts.AddRange(argument.GetGenericParameterConstraints().Select(Of).Order(StringComparer.Ordinal));

        if (special.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint))
        {
            parts.Add("new()");
        }

        return parts.Count == 0 ? "" : $" where {argument.Name} : {string.Join(", ", parts)}";
    }));

    private static string Mark(Type type, NullabilityState state, NullabilityState read)
    {
        var bare = type.IsByRef ? type.GetElementType()! : type;
        var isNullable = state == NullabilityState.Nullable || (state == NullabilityState.Unknown && read == NullabilityState.Nullable);
        return isNullable && !bare.IsValueType && !bare.IsGenericParameter ? "?" : "";
    }

    private static string Literal(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool yes => yes ? "true" : "false",
        Enum member => $"{member.GetType().Name}.{member}",
        _ => value.ToString() ?? "",
    };
}
