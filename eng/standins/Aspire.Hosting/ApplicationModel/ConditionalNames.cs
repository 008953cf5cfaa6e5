using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Names conditional values in the manifest: what they depend on, and a hash that tells two of them apart.</summary>
internal static class ConditionalNames
{
    public static string For(IValueProvider condition, string matchValue, ReferenceExpression whenTrue, ReferenceExpression whenFalse)
    {
        var expression = (condition as IManifestExpressionProvider)?.ValueExpression;
        var hash = XxHash32(Encoding.UTF8.GetBytes(
            (expression ?? condition.GetType().Name) + whenTrue.ValueExpression + whenFalse.ValueExpression + matchValue));
        var words = (expression ?? "").ToLowerInvariant()
            .Split([.. (expression ?? "").Where(c => !char.IsLetterOrDigit(c))], StringSplitOptions.RemoveEmptyEntries);

        return $"cond-{(words.Length == 0 ? "expr" : string.Join('-', words))}-{hash:x8}";
    }

    /// <summary>xxHash32 with seed 0 (the package System.IO.Hashing is not part of the framework).</summary>
    internal static uint XxHash32(ReadOnlySpan<byte> data)
    {
        const uint P1 = 2654435761, P2 = 2246822519, P3 = 3266489917, P4 = 668265263, P5 = 374761393;
        var length = (uint)data.Length;
        var hash = P5;

        unchecked
        {
            if (data.Length >= 16)
            {
                Span<uint> lanes = [P1 + P2, P2, 0, 0 - P1];

                for (; data.Length >= 16; data = data[16..])
                {
                    for (var lane = 0; lane < 4; lane++)
                    {
                        var word = BinaryPrimitives.ReadUInt32LittleEndian(data[(lane * 4)..]);
                        lanes[lane] = BitOperations.RotateLeft(lanes[lane] + (word * P2), 13) * P1;
                    }
                }

                hash = BitOperations.RotateLeft(lanes[0], 1) + BitOperations.RotateLeft(lanes[1], 7)
                    + BitOperations.RotateLeft(lanes[2], 12) + BitOperations.RotateLeft(lanes[3], 18);
            }

            hash += length;

            for (; data.Length >= 4; data = data[4..])
            {
                hash = BitOperations.RotateLeft(hash + (BinaryPrimitives.ReadUInt32LittleEndian(data) * P3), 17) * P4;
            }

            foreach (var one in data)
            {
                hash = BitOperations.RotateLeft(hash + (one * P5), 11) * P1;
            }

            hash = (hash ^ (hash >> 15)) * P2;
            hash = (hash ^ (hash >> 13)) * P3;
            return hash ^ (hash >> 16);
        }
    }
}
