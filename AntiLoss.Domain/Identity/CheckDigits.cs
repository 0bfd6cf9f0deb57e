namespace AntiLoss.Domain.Identity;

/// <summary>The check digits that the identifiers of phones and cards carry.</summary>
internal static class CheckDigits
{
    /// <summary>Luhn (ISO/IEC 7812-1): whether the last digit fits those before it. The text is ASCII digits.</summary>
    public static bool Luhn(ReadOnlySpan<char> digits) => LuhnSum(digits, doubledFirst: false) % 10 == 0;

    /// <summary>The Luhn digit that belongs after these digits.</summary>
    public static int LuhnOf(ReadOnlySpan<char> digits) => (10 - LuhnSum(digits, doubledFirst: true) % 10) % 10;

    /// <summary>MOD 97-10 (ISO/IEC 7064): whether the number leaves 1. The text is ASCII digits.</summary>
    public static bool Mod97(ReadOnlySpan<char> digits)
    {
        var rest = 0;
        foreach (var digit in digits)
            rest = (rest * 10 + digit - '0') % 97;
        return rest == 1;
    }

    public static bool AreDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    /// <summary>The text without the spaces and hyphens that people put into numbers.</summary>
    public static string Unspaced(string text) =>
        text.AsSpan().ContainsAny(' ', '-') ? text.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal) : text;

    private static int LuhnSum(ReadOnlySpan<char> digits, bool doubledFirst)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            var value = i % 2 == 0 == doubledFirst ? digit * 2 : digit;
            sum += value > 9 ? value - 9 : value;
        }
        return sum;
    }
}
