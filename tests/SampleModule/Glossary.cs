using System.Collections.Concurrent;
using McpModules;

namespace SampleModule;

/// <summary>Words and their meanings. A real one would ask a database or a server of the team.</summary>
public sealed class Glossary
{
    private readonly ConcurrentDictionary<string, string> _meanings = new(StringComparer.OrdinalIgnoreCase);

    public bool IsReachable { get; set; } = true;

    public IReadOnlyCollection<string> Words => [.. _meanings.Keys.Order(StringComparer.OrdinalIgnoreCase)];

    public async Task<string?> FindAsync(string word, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return IsReachable ? _meanings.GetValueOrDefault(word) : throw new TransientException("The glossary cannot be reached now. Try again in a minute.");
    }

    public void Set(string word, string meaning) => _meanings[word] = meaning;
}
