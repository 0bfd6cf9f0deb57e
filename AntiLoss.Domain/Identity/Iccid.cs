using System.Buffers;

namespace AntiLoss.Domain.Identity;

/// <summary>
/// A card's identity (ITU-T E.118): 18 to 20 characters, the first six digits, after them digits or A–E, for China
/// Mobile numbers its cards with letters. A trailing F is the padding of its last half byte and dropped.
/// </summary>
[GenerateSerializer, Immutable, Alias("iccid")]
public readonly record struct Iccid
{
    private const int IssuerDigits = 6;
    private static readonly SearchValues<char> Characters = SearchValues.Create("0123456789ABCDE");

    private Iccid(string value) => Value = value;

    [Id(0)] public string Value { get; }

    /// <summary>
    /// Whether the last digit is no Luhn digit: a warning and never a refusal, for some operators issue such cards.
    /// With a letter in it none is computed.
    /// </summary>
    public bool HasWrongCheckDigit => CheckDigits.AreDigits(Value) && !CheckDigits.Luhn(Value);

    /// <summary>Reads an ICCID; spaces and hyphens in it are left out, letters are upper-cased.</summary>
    public static bool TryParse(string? text, out Iccid iccid)
    {
        var characters = CheckDigits.Unspaced(text ?? "").ToUpperInvariant();
        if (characters.EndsWith('F'))
            characters = characters[..^1];
        var valid = characters.Length is >= 18 and <= 20
            && CheckDigits.AreDigits(characters.AsSpan(0, IssuerDigits))
            && !characters.AsSpan(IssuerDigits).ContainsAnyExcept(Characters);
        iccid = valid ? new Iccid(characters) : default;
        return valid;
    }

    /// <summary>
    /// One name for every reading of one card, since some radios leave the last check digit out: with it where it can
    /// be computed. A card of 20 digits whose first 19 end in a check digit too goes by those, for a reading of 19
    /// can't be told from a whole number.
    /// </summary>
    public string Canonical => Value.Length switch
    {
        _ when !CheckDigits.AreDigits(Value) => Value,
        18 => Value + CheckDigits.LuhnOf(Value),
        19 => CheckDigits.Luhn(Value) ? Value : Value + CheckDigits.LuhnOf(Value),
        _ => CheckDigits.Luhn(Value) && CheckDigits.Luhn(Value.AsSpan(0, 19)) ? Value[..19] : Value,
    };

    /// <summary>Whether two readings are of one card: alike, or one of them lacks the last check digit.</summary>
    public bool IsSameCard(Iccid other) => Canonical == other.Canonical;

    public override string ToString() => Value;
}
