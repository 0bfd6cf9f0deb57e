namespace AntiLoss.Domain.Identity;

/// <summary>
/// Crockford's base 32 (0-9, A-Z without I, L, O, U): people type these texts into phones, so case does not matter and
/// O, I, L are read as 0, 1, 1. Five bits a character, most significant first, the last one padded with zero bits.
/// </summary>
public static class Base32
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>Characters needed for <paramref name="byteCount"/> bytes.</summary>
    public static int LengthOf(int byteCount) => (byteCount * 8 + 4) / 5;

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[LengthOf(bytes.Length)];
        for (var i = 0; i < text.Length; i++)
            text[i] = Alphabet[FiveBits(bytes, i * 5)];
        return new string(text);
    }

    /// <summary>Reads exactly <c>bytes.Length</c> bytes; false if the length, a character or a padding bit is wrong.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        if (text.Length != LengthOf(bytes.Length))
            return false;
        var buffer = 0;
        var bits = 0;
        var at = 0;
        foreach (var character in text)
        {
            var value = ValueOf(character);
            if (value < 0)
                return false;
            buffer = (buffer << 5 | value) & 0xFFFF;
            bits += 5;
            if (bits < 8)
                continue;
            bits -= 8;
            bytes[at++] = (byte)(buffer >> bits);
        }
        return (buffer & ((1 << bits) - 1)) == 0;
    }

    /// <summary>The character of five bits.</summary>
    internal static char DigitOf(int fiveBits) => Alphabet[fiveBits];

    private static int FiveBits(ReadOnlySpan<byte> bytes, int bit)
    {
        var first = bytes[bit / 8] << 8;
        var second = bit / 8 + 1 < bytes.Length ? bytes[bit / 8 + 1] : 0;
        return (first | second) >> (11 - bit % 8) & 31;
    }

    /// <summary>The five bits of a character, or -1.</summary>
    internal static int ValueOf(char character) => char.ToUpperInvariant(character) switch
    {
        'O' => 0,
        'I' or 'L' => 1,
        var c => Alphabet.IndexOf(c, StringComparison.Ordinal),
    };
}
