namespace AntiLoss.Domain.Identity;

/// <summary>A phone's equipment identity: 15 digits, the last a Luhn digit (3GPP TS 23.003 §6.2).</summary>
[GenerateSerializer, Immutable, Alias("imei")]
public readonly record struct Imei
{
    private const int Digits = 15;

    private Imei(string value) => Value = value;

    [Id(0)] public string Value { get; }

    /// <summary>Reads an IMEI; spaces and hyphens in it are left out. All zeros is an emulator, not a phone.</summary>
    public static bool TryParse(string? text, out Imei imei)
    {
        var digits = CheckDigits.Unspaced(text ?? "");
        var valid = digits.Length == Digits && CheckDigits.AreDigits(digits) && CheckDigits.Luhn(digits)
            && digits.AsSpan().ContainsAnyExcept('0');
        imei = valid ? new Imei(digits) : default;
        return valid;
    }

    public override string ToString() => Value;
}
