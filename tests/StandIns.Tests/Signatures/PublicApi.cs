using System.Reflection;
using System.Runtime.CompilerServices;

namespace StandIns.Tests.Signatures;

/// <summary>
/// The public members of an assembly, one line each. A line says all that a caller's source depends on, and nothing of what
/// else its type has: a part of an API has a part of its lines.
/// </summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<string> Of(Assembly assembly) =>
        [.. assembly.GetExportedTypes().SelectMany(LinesOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> LinesOf(Type type)
    {
        var name = TypeNames.Of(type);

        if (type.IsEnum)
        {
            yield return $"enum {name}";

            foreach (var member in Enum.GetNames(type))
            {
                yield return $"{name}.{member} = {Convert.ToInt64(Enum.Parse(type, member))}";
            }

            yield break;
        }

        yield return $"{Kind(type)} {name}{Base(type)}{TypeNames.Constraints(type.GetGenericArguments())}";

        foreach (var contract in type.GetInterfaces().Where(i => i.IsVisible && i.Namespace?.StartsWith("System", StringComparison.Ordinal) == false))
        {
            yield return $"{name} implements {TypeNames.Of(contract)}";
        }

        foreach (var member in type.GetMembers(Declared).Where(m => !IsSynthesized(m)))
        {
            if (Render(name, member) is { } line)
            {
                yield return line;
            }
        }
    }

    private static string Kind(Type type) => type switch
    {
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        _ when type.IsSubclassOf(typeof(Delegate)) => "delegate",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static string Base(Type type) =>
        type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) ? $" : {TypeNames.Of(parent)}" : "";

    private static string? Render(string type, MemberInfo member) => member switch
    {
        ConstructorInfo constructor when IsVisible(constructor) => $"{Access(constructor)}{type}({Parameters(constructor)})",
        MethodInfo { IsSpecialName: false } method when IsVisible(method) =>
            $"{Access(method)}{type}.{method.Name}{TypeNames.Arguments(method.GetGenericArguments())}({Parameters(method)})"
            + $" -> {TypeNames.Of(method.ReturnParameter)}{TypeNames.Constraints(method.GetGenericArguments())}",
        MethodInfo { IsSpecialName: true, IsPublic: true, Name: ['o', 'p', '_', ..] } conversion =>
            $"static {type}.{conversion.Name}({Parameters(conversion)}) -> {TypeNames.Of(conversion.ReturnParameter)}",
        PropertyInfo property when property.GetAccessors(nonPublic: true).Any(IsVisible) => Property(type, property),
        FieldInfo { IsPublic: true, IsSpecialName: false } field =>
            $"{(field.IsStatic ? "static " : "")}{(field.IsLiteral || field.IsInitOnly ? "readonly " : "")}{type}.{field.Name} : {TypeNames.Of(field)}",
        _ => null,
    };

    private static string Property(string type, PropertyInfo property)
    {
        var getter = property.GetMethod is { } get && IsVisible(get) ? " get;" : "";
        var setter = property.SetMethod is { } set && IsVisible(set) ? IsInit(set) ? " init;" : " set;" : "";
        var access = Access(property.GetAccessors(nonPublic: true).First(IsVisible));
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        return $"{access}{required}{type}.{property.Name} : {TypeNames.Of(property)} {{{getter}{setter} }}";
    }

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Access(MethodBase method) =>
        (method.IsPublic ? "" : "protected ") + (method.IsStatic && !method.IsConstructor ? "static " : "");

    private static string Parameters(MethodBase method)
    {
        var isExtension = method.IsDefined(typeof(ExtensionAttribute));
        return string.Join(", ", method.GetParameters().Select((p, i) => (isExtension && i == 0 ? "this " : "") + TypeNames.Of(p)));
    }

    // A protected member of a sealed type is nobody's business.
    private static bool IsVisible(MethodBase method) =>
        method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed);

    private static bool IsSynthesized(MemberInfo member) =>
        (member is not FieldInfo && member.IsDefined(typeof(CompilerGeneratedAttribute)))
        || member.Name is "EqualityContract" or "ToString" or "GetHashCode" or "Equals"
        || member.Name.Contains('<', StringComparison.Ordinal)
        || member is MethodInfo { Name: "op_Equality" or "op_Inequality" };
}
