using ModelContextProtocol.Server;

namespace McpWorker.Tools;

/// <summary>All things of one kind on a page, in the order of their names. Of two with one name the first keeps it.</summary>
internal sealed class Section<T>
    where T : class, IMcpServerPrimitive
{
    private readonly Dictionary<string, T> _byName = new(StringComparer.Ordinal);

    public Section(IEnumerable<T> items)
    {
        foreach (var item in items)
        {
            _byName.TryAdd(item.Id, item);
        }

        Items = [.. _byName.Values.OrderBy(item => item.Id, StringComparer.Ordinal)];
        Everything = Fingerprint(_ => true);
    }

    public IReadOnlyList<T> Items { get; }

    /// <summary>The fingerprint for somebody who sees all of it.</summary>
    public ulong Everything { get; }

    public T? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>One number for everything those who pass would read in a list of this section.</summary>
    public ulong Fingerprint(Func<T, bool> passes)
    {
        var sum = 0UL;
        foreach (var item in Items)
        {
            sum = passes(item) ? unchecked((sum * 1_099_511_628_211) + Definitions.HashOf(item)) : sum;
        }

        return sum;
    }
}
