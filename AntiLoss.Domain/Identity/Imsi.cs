namespace AntiLoss.Domain.Identity;

/// <summary>A subscriber's identity: country code (3 digits), network code (2 or 3) and number, 14 or 15 digits in all (3GPP TS 23.003 §2.2).</summary>
[GenerateSerializer, Immutable, Alias("imsi")]
public readonly record struct Imsi
{
    private Imsi(string value) => Value = value;

    [Id(0)] public string Value { get; }

    /// <summary>Mobile country code, three digits.</summary>
    public string CountryCode => Value[..3];

    public static bool TryParse(string? text, out Imsi imsi)
    {
        var digits = CheckDigits.Unspaced(text ?? "");
        var valid = digits.Length is 14 or 15 && CheckDigits.AreDigits(digits);
        imsi = valid ? new Imsi(digits) : default;
        return valid;
    }

    public override string ToString() => Value;
}
