namespace McpWorker.Rag;

/// <summary>Vectors as an embedding provider makes them.</summary>
internal static class Vectors
{
    /// <summary>The same direction with length 1.</summary>
    /// <exception cref="InvalidOperationException">It has another size than the provider says, or no direction.</exception>
    public static float[] ToUnitLength(float[] vector, int dimensions)
    {
        var length = Math.Sqrt(vector.Sum(number => (double)number * number));
        return vector.Length != dimensions ? throw new InvalidOperationException($"A vector has {vector.Length} numbers; the provider says {dimensions}.")
            : !double.IsFinite(length) ? throw new InvalidOperationException("A vector holds something that is no number.")
            : length == 0 ? vector : Array.ConvertAll(vector, number => (float)(number / length));
    }
}
