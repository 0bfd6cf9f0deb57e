using System.Globalization;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Tests.Sims;

/// <summary>SIM cards that are alike but for their number.</summary>
internal static class Cards
{
    /// <summary>Canonical ICCID of a card.</summary>
    public static string Of(int number)
    {
        Assert.True(Iccid.TryParse("89860012345678" + number.ToString("D4", CultureInfo.InvariantCulture), out var iccid));
        return iccid.Canonical;
    }
}
