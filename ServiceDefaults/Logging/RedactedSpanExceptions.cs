using System.Diagnostics;

namespace ServiceDefaults.Logging;

/// <summary>
/// Takes secrets out of the exceptions that libraries put into spans, as PostgreSQL's driver does: they become events, which
/// cannot be changed any more when the span ends.
/// </summary>
internal sealed class RedactedSpanExceptions : IDisposable
{
    private readonly ActivityListener _listener;

    /// <param name="isCollected">Sources nobody else listens to are left alone: a listener makes their spans cost something.</param>
    public RedactedSpanExceptions(Func<ActivitySource, bool> isCollected)
    {
        _listener = new ActivityListener { ShouldListenTo = isCollected, ExceptionRecorder = Describe };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>What stands there already is what the event gets; the runtime adds the rest.</summary>
    private static void Describe(Activity span, Exception exception, ref TagList tags)
    {
        Set(ref tags, "exception.message", exception.Message, CleanText.LongestValue);
        Set(ref tags, "exception.stacktrace", exception.ToString(), CleanText.LongestTrace);
    }

    private static void Set(ref TagList tags, string name, string text, int longest)
    {
        for (var index = 0; index < tags.Count; index++)
        {
            if (tags[index].Key == name)
            {
                tags[index] = new(name, CleanText.Of(tags[index].Value?.ToString() ?? text, longest));
                return;
            }
        }

        tags.Add(name, CleanText.Of(text, longest));
    }
}
