using System.Reflection;

namespace ServiceDefaults;

/// <summary>The one product version (S-057), set in Directory.Build.props.</summary>
public static class ProductVersion
{
    public static string Current { get; } = typeof(ProductVersion).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
