using System.Diagnostics.CodeAnalysis;
using ModelContextProtocol.Server;

namespace McpWorker.Tools;

/// <summary>A section of whatever page an endpoint shows now, in the form the SDK asks for it. It is read, never written to.</summary>
internal sealed class LiveCollection<T>(LivePage owner, Func<Page, Section<T>> section) : McpServerPrimitiveCollection<T>
    where T : class, IMcpServerPrimitive
{
    public LivePage Owner => owner;

    public override ICollection<string> PrimitiveNames => [.. Now.Items.Select(item => item.Id)];

    private Section<T> Now => section(owner.Now);

    /// <summary>Tells the sessions that hold this that the section has changed.</summary>
    public void Announce() => RaiseChanged();

    public override bool TryGetPrimitive(string name, [NotNullWhen(true)] out T? primitive)
    {
        primitive = Now.Find(name);
        return primitive is not null;
    }

    public override bool Contains(T primitive) => ReferenceEquals(Now.Find(primitive.Id), primitive);

    public override IEnumerator<T> GetEnumerator() => Now.Items.GetEnumerator();

    public override T[] ToArray() => [.. Now.Items];

    public override void CopyTo(T[] array, int arrayIndex) => ToArray().CopyTo(array, arrayIndex);

    public override bool TryAdd(T primitive) => throw ReadOnly();

    public override bool Remove(T primitive) => throw ReadOnly();

    public override void Clear() => throw ReadOnly();

    private static NotSupportedException ReadOnly() => new("The catalogue decides what is served.");
}
