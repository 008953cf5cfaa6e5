using System.Text;

namespace McpWorker.Arguments;

/// <summary>What is wrong with a call's arguments, the first few things of it, each with where it is. It also knows where the check stands now.</summary>
internal sealed class Findings
{
    /// <summary>As many as somebody mends at once.</summary>
    private const int Most = 5;

    /// <summary>Far beyond any argument's depth: only a schema that refers to itself for the same value gets there.</summary>
    private const int DeepestCheck = 256;

    private readonly List<Step> _path = [];
    private readonly List<string> _problems = [];
    private int _depth;

    public bool IsEmpty => _problems.Count == 0;

    public bool IsFull => _problems.Count >= Most;

    /// <summary>For a check whose outcome alone counts.</summary>
    public Findings Aside() => new() { _depth = _depth };

    public void Enter(string member) => _path.Add(new Step(member, 0));

    public void Enter(int element) => _path.Add(new Step(null, element));

    public void Leave() => _path.RemoveAt(_path.Count - 1);

    /// <exception cref="SchemaException">The schema never comes to an end.</exception>
    public void Descend()
    {
        if (++_depth > DeepestCheck)
        {
            throw new SchemaException("it refers to itself without end");
        }
    }

    public void Ascend() => _depth--;

    /// <param name="problem">Completes a sentence that begins with the argument: "is 0; it must be at least 1".</param>
    public void Add(string problem)
    {
        if (!IsFull)
        {
            _problems.Add($"{Where()} {problem}.");
        }
    }

    public override string ToString() => string.Join(' ', _problems);

    /// <summary>Like <c>Argument 'options.tags[2]'</c>.</summary>
    private string Where()
    {
        if (_path.Count == 0)
        {
            return "The arguments as a whole";
        }

        var text = new StringBuilder("Argument '");
        for (var i = 0; i < _path.Count; i++)
        {
            _ = _path[i].Member is { } member ? text.Append(i > 0 ? "." : "").Append(Shown.Short(member)) : text.Append('[').Append(_path[i].Element).Append(']');
        }

        return text.Append('\'').ToString();
    }

    private readonly record struct Step(string? Member, int Element);
}
