using System.Collections;

namespace ServiceDefaults.RequestIds;

/// <summary>The log scope of one request.</summary>
internal sealed class RequestIdScope(string id) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 1;

    public KeyValuePair<string, object?> this[int index] => index == 0
        ? new KeyValuePair<string, object?>("request_id", id)
        : throw new ArgumentOutOfRangeException(nameof(index));

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return this[0];
    }

    public override string ToString() => $"request_id:{id}";

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
