namespace AntiLoss.Web.Api;

/// <summary>A page of a list.</summary>
/// <param name="Items">The items, at most as many as were asked for.</param>
/// <param name="Next">Give it as <c>cursor</c> to get the next page; null on the last one.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>How many items a page holds if nobody says, and at most.</summary>
    internal const int DefaultLimit = 100;

    internal const int MostItems = 1_000;

    internal static int LimitOf(int? limit) => Math.Clamp(limit ?? DefaultLimit, 1, MostItems);
}
