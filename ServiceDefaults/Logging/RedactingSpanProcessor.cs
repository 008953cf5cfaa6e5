using System.Diagnostics;
using OpenTelemetry;
using ServiceDefaults.Logging.Redaction;

namespace ServiceDefaults.Logging;

/// <summary>Takes secrets out of spans by the rules of the log: a caller may put one where a path or a tool's name belongs.</summary>
internal sealed class RedactingSpanProcessor : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        if (!data.Recorded)
        {
            return;
        }

        data.DisplayName = SecretText.Redact(data.DisplayName);
        if (data.StatusDescription is { } description)
        {
            data.SetStatus(data.Status, SecretText.Redact(description));
        }

        List<KeyValuePair<string, object>>? changes = null;
        foreach (ref readonly var tag in data.EnumerateTagObjects())
        {
            if (tag.Value is string text && Clean(tag.Key, text) is var clean && !ReferenceEquals(clean, text))
            {
                (changes ??= []).Add(new(tag.Key, clean));
            }
            else if (tag.Value is string[] texts)
            {
                var name = tag.Key;
                (changes ??= []).Add(new(name, Array.ConvertAll(texts, element => Clean(name, element))));
            }
        }

        changes?.ForEach(change => data.SetTag(change.Key, change.Value));
    }

    private static string Clean(string name, string text) => SecretNames.IsSecret(name) ? SecretNames.Mask : SecretText.Redact(text);
}
