using System.ComponentModel;

namespace McpWorker.Paging;

/// <summary>Some items and how to get the next ones.</summary>
internal sealed record Page<TItem>(
    IReadOnlyList<TItem> Items,
    [property: Description("Pass it as cursor to get the next page; absent on the last one.")] string? NextCursor = null);

/// <summary>Makes pages.</summary>
internal static class Page
{
    /// <param name="rows">One more than the limit when there is a next page.</param>
    public static Page<TItem> Of<TRow, TItem>(List<TRow> rows, int limit, Func<TRow, TItem> item, Func<TRow, Cursor> cursor) =>
        new([.. rows.Take(limit).Select(item)], rows.Count > limit ? cursor(rows[limit - 1]).ToString() : null);
}
