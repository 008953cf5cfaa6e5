using System.Security.Cryptography;
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

    public bool Special { get; set; } = true;

    public override string GetDefaultValue() =>
        RandomNumberGenerator.GetString(LowerLetters + UpperLetters + Digits + (Special ? Specials : ""), MinLength);

    public override void WriteToManifest(ManifestPublishingContext context)
    {
        var writer = context.Writer;
        writer.WriteStartObject("generate");
        writer.WriteNumber("minLength", MinLength);

        if (!Special)
        {
            writer.WriteBoolean("special", false);
        }

        writer.WriteEndObject();
    }
}

/// <summary>A fixed text that the manifest offers as the value of a parameter.</summary>
internal sealed class ConstantParameterDefault(string value) : ParameterDefault
{
    public override string GetDefaultValue() => value;

    public override void WriteToManifest(ManifestPublishingContext context) => context.Writer.WriteString("value", value);
}

/// <summary>A generated value that survives the run: it is read from user secrets, and written there when it is missing.</summary>
internal sealed class KeptParameterDefault(ParameterDefault made, string key, UserSecrets secrets) : ParameterDefault
{
    public override string GetDefaultValue() => secrets.GetOrAdd(key, made.GetDefaultValue);

    public override void WriteToManifest(ManifestPublishingContext context) => made.WriteToManifest(context);
}
