using System.Security.Cryptography;
using System.Text;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Guards;

namespace AntiLoss.LoadTest.Agents;

/// <summary>What the pad keeps on flash, so that neither a reboot nor a pulled battery gives a try back.</summary>
/// <param name="Verifier">Of the PIN; empty while none is set.</param>
/// <param name="Failures">Wrong PINs in a row, for power-off, SIM and suspicion together.</param>
/// <param name="WrongCodes">Wrong recovery codes in a row.</param>
public sealed record PinPadMemory(ImmutableArray<byte> Verifier, int Failures, int WrongCodes)
{
    public static readonly PinPadMemory Empty = new([], 0, 0);
}

/// <summary>What became of a try.</summary>
public enum PadAnswer
{
    Right,
    Wrong,

    /// <summary>Not looked at: the pad is shut for now, or, after too many, for good.</summary>
    Shut,
}

/// <summary>
/// The phone's PIN pad. A failure is written before the PIN is looked at, so that cutting the power during the look
/// costs a try. Waits run on the monotonic clock since the start; after a start a wait begins again, since nobody can
/// say how long the phone was off.
/// </summary>
public sealed class PinPad
{
    private const int LeastPin = 6;
    private const int GreatestPin = 64;
    private const int CodesToShut = 5;
    private static readonly TimeSpan ChallengeLives = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan CodeDoorShut = TimeSpan.FromHours(1);

    private readonly byte[] _hardwareKey;
    private readonly Action<PinPadMemory> _write;
    private PinPadMemory _memory;
    private TimeSpan? _opensAt;
    private TimeSpan _codesFrom;
    private (RecoveryPurpose Purpose, string Digits, TimeSpan Until)? _challenge;

    /// <summary>The pad after a start, from what it kept.</summary>
    public PinPad(byte[] hardwareKey, PinPadMemory memory, Action<PinPadMemory> write)
    {
        (_hardwareKey, _memory, _write) = (hardwareKey, memory, write);
        _opensAt = PinBackOff.After(memory.Failures);
        _codesFrom = memory.WrongCodes >= CodesToShut ? CodeDoorShut : TimeSpan.Zero;
    }

    public bool HasPin => !_memory.Verifier.IsEmpty;

    public int Failures => _memory.Failures;

    public int WrongCodes => _memory.WrongCodes;

    /// <summary>How long the next try has to wait; zero if it is free, null if only a recovery code helps.</summary>
    public TimeSpan? WaitAt(TimeSpan uptime) => _opensAt is { } opens ? opens > uptime ? opens - uptime : TimeSpan.Zero : null;

    /// <exception cref="ArgumentException">A PIN has 6 to 64 characters.</exception>
    public void SetPin(string pin)
    {
        if (pin.Length is < LeastPin or > GreatestPin)
            throw new ArgumentException($"pin: {LeastPin} to {GreatestPin} characters.", nameof(pin));
        Write(_memory with { Verifier = VerifierOf(pin) });
    }

    /// <summary>The phone was handed on: the PIN of the person before opens nothing any more.</summary>
    public void ForgetPin() => Write(_memory with { Verifier = [] });

    public PadAnswer TryPin(string pin, TimeSpan uptime)
    {
        if (WaitAt(uptime) != TimeSpan.Zero)
            return PadAnswer.Shut;
        Write(_memory with { Failures = _memory.Failures + 1 });
        _opensAt = uptime + PinBackOff.After(_memory.Failures);
        if (!VerifierOf(pin).AsSpan().SequenceEqual(_memory.Verifier.AsSpan()))
            return PadAnswer.Wrong;
        Free(uptime);
        return PadAnswer.Right;
    }

    /// <summary>Eight digits to read out to the help desk; the last ones shown are the only ones that count.</summary>
    public string Challenge(RecoveryPurpose purpose, TimeSpan uptime)
    {
        var digits = RandomNumberGenerator.GetString("0123456789", 8);
        _challenge = (purpose, digits, uptime + ChallengeLives);
        return digits;
    }

    /// <summary>Tries a recovery code against the challenge on the screen; <paramref name="codeOf"/> is what the phone itself works out.</summary>
    public (PadAnswer Answer, RecoveryPurpose Purpose) TryCode(string code, TimeSpan uptime, Func<RecoveryPurpose, string, string> codeOf)
    {
        if (uptime < _codesFrom || _challenge is not { } challenge || uptime >= challenge.Until)
            return (PadAnswer.Shut, default);
        Write(_memory with { WrongCodes = _memory.WrongCodes % CodesToShut + 1 });
        if (codeOf(challenge.Purpose, challenge.Digits) != code)
        {
            if (_memory.WrongCodes == CodesToShut)
                _codesFrom = uptime + CodeDoorShut;
            return (PadAnswer.Wrong, challenge.Purpose);
        }
        _challenge = null;
        Write(_memory with { WrongCodes = 0 });
        Free(uptime);
        return (PadAnswer.Right, challenge.Purpose);
    }

    private void Free(TimeSpan uptime)
    {
        Write(_memory with { Failures = 0 });
        _opensAt = uptime;
    }

    // A phone derives it slowly, with Argon2id, for its flash may be copied; a simulated one has nothing to protect.
    private ImmutableArray<byte> VerifierOf(string pin) => [.. HMACSHA256.HashData(_hardwareKey, Encoding.UTF8.GetBytes(pin))];

    private void Write(PinPadMemory memory)
    {
        _write(memory);
        _memory = memory;
    }
}
