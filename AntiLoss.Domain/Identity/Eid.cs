namespace AntiLoss.Domain.Identity;

/// <summary>An eUICC's identity: 32 digits whose number leaves 1 modulo 97 (GSMA SGP.02, SGP.29).</summary>
[GenerateSerializer, Immutable, Alias("eid")]
public readonly record struct Eid
{
    private const int Digits = 32;

    private Eid(string value) => Value = value;

    [Id(0)] public string Value { get; }

    /// <summary>Reads an EID; spaces and hyphens in it are left out.</summary>
    public static bool TryParse(string? text, out Eid eid)
    {
        var digits = CheckDigits.Unspaced(text ?? "");
        var valid = digits.Length == Digits && CheckDigits.AreDigits(digits) && CheckDigits.Mod97(digits);
        eid = valid ? new Eid(digits) : default;
        return valid;
    }

    public override string ToString() => Value;
}
