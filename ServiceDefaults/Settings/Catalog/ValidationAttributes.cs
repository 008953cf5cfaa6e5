using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ServiceDefaults.Settings.Secrets;

namespace ServiceDefaults.Settings.Catalog;

/// <summary>Every element is an IP address or a CIDR network.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class IpNetworksAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        foreach (var element in (IReadOnlyList<string>)value!)
        {
            if (!IsAddress(element) && !(IPNetwork.TryParse(element, out _) && IsAddress(element[..element.IndexOf('/', StringComparison.Ordinal)])))
            {
                return new ValidationResult($"'{element}' is not an IP address or a CIDR network such as 10.0.0.0/24");
            }
        }

        return ValidationResult.Success;
    }

    public override string FormatErrorMessage(string name) => "must hold IP addresses or CIDR networks";

    /// <summary>The framework also reads "10.1" as 10.0.0.1 and "1" as 0.0.0.1; in a list of who may call that is a typing error.</summary>
    public static bool IsAddress(string text) =>
        IPAddress.TryParse(text, out var address) && (address.AddressFamily != AddressFamily.InterNetwork || text.Count(letter => letter == '.') == 3);
}

/// <summary>Every element is <c>*</c> or an origin: scheme, host, optional port, nothing else (RFC 6454).</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OriginsAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        foreach (var element in (IReadOnlyList<string>)value!)
        {
            var isOrigin = Uri.TryCreate(element, UriKind.Absolute, out var uri)
                && uri.GetLeftPart(UriPartial.Authority).Equals(element, StringComparison.OrdinalIgnoreCase);
            if (element != "*" && !isOrigin)
            {
                return new ValidationResult($"'{element}' is not an origin such as https://app.example.com");
            }
        }

        return ValidationResult.Success;
    }

    public override string FormatErrorMessage(string name) => "must hold origins such as https://app.example.com, or *";
}

/// <summary>
/// An IP address, <c>localhost</c> or <c>*</c>. Other names are refused, because Kestrel listens on every address for them: who
/// wrote the name of one interface would have opened all.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ListenAddressAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) =>
        value is string text && (text is "localhost" or "*" || IpNetworksAttribute.IsAddress(text.Trim('[', ']')));

    public override string FormatErrorMessage(string name) => "must be an IP address, localhost or *";
}

/// <summary>Empty, or an absolute http or https URL.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OptionalHttpUrlAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) => value is "" || HttpUrlsAttribute.IsHttpUrl((string)value!);

    public override string FormatErrorMessage(string name) => "must be an http:// or https:// URL";
}

/// <summary>Every element is an absolute http or https URL.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class HttpUrlsAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) => ((IReadOnlyList<string>)value!).All(IsHttpUrl);

    public override string FormatErrorMessage(string name) => "must hold http:// or https:// URLs only";

    public static bool IsHttpUrl(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
}

/// <summary>Empty (unset), or at least so many bytes as UTF-8.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class MinBytesAttribute(int bytes) : ValidationAttribute
{
    public int Bytes { get; } = bytes;

    // A shell expression is named as such: "$(openssl rand -base64 32)" is too short as well, but its length misleads (D-03).
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is not string { Length: > 0 } text || Encoding.UTF8.GetByteCount(text) >= Bytes ? ValidationResult.Success
        : KnownSecrets.IsUnexpanded(text) ? new ValidationResult("holds a shell expression that nobody expanded")
        : new ValidationResult($"must hold at least {Bytes} bytes; `McpGateway generate-secrets` makes one");
}
