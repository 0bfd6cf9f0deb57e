using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AntiLoss.Web.Ingest.Protocols;

/// <summary>
/// Values as phones really write them: numbers as text, <c>0.0</c> for integers, -1 for "not known", seconds or
/// milliseconds in one field. Null means that the phone did not say, or said nothing usable.
/// </summary>
internal static class Lenient
{
    /// <summary>Knots in a metre per second.</summary>
    public const double MetresPerSecondOfKnot = 1852.0 / 3600;

    private const double LargestSeconds = 2_147_483_647;
    private const double EarliestMilliseconds = -62_135_596_800_000;
    private const double LatestMilliseconds = 253_402_300_799_999;

    /// <summary>The reader's current value as a number: of a number, or of text that holds one.</summary>
    public static double? Number(in Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number or JsonTokenType.String => Number(reader.ValueSpan),
        _ => null,
    };

    public static double? Number(ReadOnlySpan<byte> text)
    {
        text = text.Trim((byte)' ');
        return Utf8Parser.TryParse(text, out double number, out var read) && read == text.Length && double.IsFinite(number)
            ? number
            : null;
    }

    public static bool? Flag(in Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Number or JsonTokenType.String => Flag(reader.ValueSpan),
        _ => null,
    };

    public static bool? Flag(ReadOnlySpan<byte> text) =>
        Ascii.EqualsIgnoreCase(text, "true"u8) || text.SequenceEqual("1"u8) ? true
        : Ascii.EqualsIgnoreCase(text, "false"u8) || text.SequenceEqual("0"u8) ? false
        : null;

    /// <summary>A quantity that cannot be negative: below zero is how phones write "not known".</summary>
    public static double? NotNegative(double? value) => value >= 0 ? value : null;

    public static double? Course(double? degrees) => degrees is >= 0 and <= 360 ? degrees : null;

    public static double? Percent(double? percent) => percent is >= 0 and <= 100 ? percent : null;

    /// <summary>A Unix time in seconds, or, from 2,147,483,647 on, in milliseconds; null beyond the calendar.</summary>
    public static DateTimeOffset? UnixTime(double? value)
    {
        var milliseconds = value < LargestSeconds ? Math.Round(value.Value * 1000) : value;
        return milliseconds is >= EarliestMilliseconds and <= LatestMilliseconds
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds)
            : null;
    }

    /// <summary>A Unix time, ISO 8601, or <c>yyyy-MM-dd HH:mm:ss</c>; UTC where no zone is said.</summary>
    public static DateTimeOffset? Time(ReadOnlySpan<byte> text)
    {
        if (Number(text) is { } unix)
            return UnixTime(unix);
        if (text.Length is < 10 or > 40 || !Ascii.IsValid(text))
            return null;
        Span<char> characters = stackalloc char[40];
        var length = Encoding.ASCII.GetChars(text, characters);
        return DateTimeOffset.TryParse(
            characters[..length], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            && text[4] == '-'
                ? ToMillisecond(time)
                : null;
    }

    public static DateTimeOffset ToMillisecond(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    /// <summary>At most <paramref name="most"/> characters of a text, none of them half a surrogate pair.</summary>
    public static string Cut(string text, int most) =>
        text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
}
