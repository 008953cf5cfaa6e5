using System.Security.Cryptography;
using System.Text.Json;
using Aspire.Hosting.Publishing;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A random text: made once and kept in user secrets in run mode, made by the deployment tool in publish mode.</summary>
public sealed class GenerateParameterDefault : ParameterDefault
{
    // Without letters that are mistaken for others in a terminal font.
    private const string LowerLetters = "abcdefghjkmnpqrstuvwxyz";
    private const string UpperLetters = "ABCDEFGHJKMNPQRSTUVWXYZ";
    private const string Digits = "0123456789";
    private const string Specials = "-_.{}~()*+!";

    public int MinLength { get; set; }

    public bool Lower { get; set; } = true;

    public bool Upper { get; set; } = true;

    public bool Numeric { get; set; } = true;

    public bool Special { get; set; } = true;

    public int MinLower { get; set; }

    public int MinUpper { get; set; }

    public int MinNumeric { get; set; }

    public int MinSpecial { get; set; }

    /// <exception cref="InvalidOperationException">No kind of character is allowed, or a minimum is set for a kind that is not.</exception>
    public override string GetDefaultValue()
    {
        var kinds = new (bool Allowed, int Minimum, string Characters)[]
        {
            (Lower, MinLower, LowerLetters), (Upper, MinUpper, UpperLetters), (Numeric, MinNumeric, Digits), (Special, MinSpecial, Specials),
        };

        if (kinds.All(k => !k.Allowed) || kinds.Any(k => k is { Allowed: false, Minimum: > 0 }))
        {
            throw new InvalidOperationException("A generated parameter needs at least one kind of character, and a minimum only for kinds it allows.");
        }

        var value = string.Concat(kinds.Select(k => RandomNumberGenerator.GetString(k.Characters, k.Minimum)));
        var all = string.Concat(kinds.Where(k => k.Allowed).Select(k => k.Characters));
        var characters = (value + RandomNumberGenerator.GetString(all, Math.Max(0, MinLength - value.Length))).ToCharArray();
        RandomNumberGenerator.Shuffle<char>(characters);
        return new string(characters);
    }

    public override void WriteToManifest(ManifestPublishingContext context)
    {
        var writer = context.Writer;
        writer.WriteStartObject("generate");
        writer.WriteNumber("minLength", MinLength);
        WriteIfForbidden(writer, "lower", Lower);
        WriteIfForbidden(writer, "upper", Upper);
        WriteIfForbidden(writer, "numeric", Numeric);
        WriteIfForbidden(writer, "special", Special);
        WriteIfAsked(writer, "minLower", MinLower);
        WriteIfAsked(writer, "minUpper", MinUpper);
        WriteIfAsked(writer, "minNumeric", MinNumeric);
        WriteIfAsked(writer, "minSpecial", MinSpecial);
        writer.WriteEndObject();
    }

    private static void WriteIfForbidden(Utf8JsonWriter writer, string name, bool allowed)
    {
        if (!allowed)
        {
            writer.WriteBoolean(name, false);
        }
    }

    private static void WriteIfAsked(Utf8JsonWriter writer, string name, int minimum)
    {
        if (minimum > 0)
        {
            writer.WriteNumber(name, minimum);
        }
    }
}

/// <summary>A fixed text that the manifest offers as the value of a parameter.</summary>
internal sealed class ConstantParameterDefault(Func<string> value) : ParameterDefault
{
    public override string GetDefaultValue() => value();

    public override void WriteToManifest(ManifestPublishingContext context) => context.Writer.WriteString("value", value());
}

/// <summary>A generated value that survives the run: it is read from user secrets, and written there when it is missing.</summary>
internal sealed class KeptParameterDefault(ParameterDefault made, string key, UserSecrets secrets) : ParameterDefault
{
    public override string GetDefaultValue() => secrets.GetOrAdd(key, made.GetDefaultValue);

    public override void WriteToManifest(ManifestPublishingContext context) => made.WriteToManifest(context);
}
