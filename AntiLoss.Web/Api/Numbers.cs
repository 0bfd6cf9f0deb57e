using System.Globalization;

namespace AntiLoss.Web.Api;

/// <summary>Numbers of fleets, people and keys are strings in JSON: a client that calculates with them is wrong.</summary>
internal static class Numbers
{
    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The number in a text; null if it is none of ours.</summary>
    public static int? Parse(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}
