using System.Globalization;

namespace Bench;

/// <summary>The middle of some figures and between what the middle half of them lies.</summary>
internal sealed record Spread(double Median, double Low, double High)
{
    public static Spread Of(IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToArray();
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[sorted.Length / 4], sorted[sorted.Length * 3 / 4]);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"median {Median:0.000} ({Low:0.000} to {High:0.000})");
}
