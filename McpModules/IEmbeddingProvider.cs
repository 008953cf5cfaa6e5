namespace McpModules;

/// <summary>
/// Turns texts into vectors, near to each other when the texts mean nearly the same. Register one as a service and the <c>rag</c>
/// module ranks passages by words and by meaning; without one it ranks by words.
/// </summary>
public interface IEmbeddingProvider
{
    /// <summary>Name and version of the model, at most 200 characters. Vectors of another model are not compared with these but made anew.</summary>
    string Model { get; }

    /// <summary>Numbers in each vector.</summary>
    int Dimensions { get; }

    /// <summary>One vector a text, in the same order. When this throws, passages wait for the next attempt and questions are answered by words.</summary>
    Task<IReadOnlyList<float[]>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken);
}
