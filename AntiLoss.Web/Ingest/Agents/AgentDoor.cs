using System.Security.Cryptography;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;
using Microsoft.Extensions.Caching.Memory;

namespace AntiLoss.Web.Ingest.Agents;

/// <summary>
/// Says whether what claims to be a phone's was signed by it. Keys are kept at hand, since to import one costs three
/// times what a check costs; the key of an enrolment never changes. Where too much has failed from an address, no other
/// key is looked for.
/// </summary>
internal sealed class AgentDoor(IGrainFactory grains, ShardMap shards, MasterKeys masters, AgentInstruments instruments, AddressLimit addresses, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan ForgeryTold = TimeSpan.FromMinutes(1);
    private readonly MemoryCache _keys = new(new MemoryCacheOptions { SizeLimit = 50_000 });
    private readonly MemoryCache _signIns = new(new MemoryCacheOptions { SizeLimit = 200_000 });

    /// <summary>Whether the enrolment that the envelope names signed it.</summary>
    /// <param name="address">Where it came from.</param>
    public async Task<AgentVerdict> ProveAsync(AgentEnvelope head, SignedEnvelope signed, string address, CancellationToken cancellationToken)
    {
        var verdict = await FindAsync(head.Device, head.Enrolment, address, cancellationToken);
        if (verdict.Proof is not { } proof)
        {
            instruments.OnEnvelope(verdict.Wait is null ? "unknown-enrolment" : "limited");
            return verdict;
        }
        if (proof.Signed(SignedAs.Envelope, signed.Envelope.Span, signed.Signature.Span))
            return verdict;
        addresses.Note(address);
        instruments.OnEnvelope("signature");
        // Told once a minute: a forger must not be able to fill the phone's log.
        if (proof.MayTellForgery(time.GetUtcNow(), ForgeryTold))
            await shards.ShardOf(grains, head.Device.Device).ChangeAsync(head.Device, DeviceOperation.From(new ForgerySeen("an envelope that the phone's key did not sign")), cancellationToken);
        return AgentVerdict.Refused;
    }

    /// <summary>Whether the enrolment that signs in signed that, now and for the first time.</summary>
    /// <param name="address">Where it came from.</param>
    public async Task<AgentVerdict> ProveAsync(AgentSignIn signIn, string address, CancellationToken cancellationToken)
    {
        var verdict = await FindAsync(signIn.Device, signIn.Enrolment, address, cancellationToken);
        if (verdict.Proof is not { } proof)
        {
            instruments.OnSignIn(verdict.Wait is null ? "unknown-enrolment" : "limited");
            return verdict;
        }
        if (!proof.Signed(SignedAs.SignIn, signIn.Message.Span, signIn.Signature.Span))
            return RefuseSignIn("signature", address);
        if ((time.GetUtcNow() - signIn.At).Duration() > AgentSignIn.GoodFor)
            return RefuseSignIn("clock", address);
        // By what was signed: a signature can be written in two ways.
        return IsNew((signIn.Device, signIn.Nonce)) ? verdict : RefuseSignIn("repeated", address);
    }

    public void Dispose()
    {
        _keys.Dispose();
        _signIns.Dispose();
    }

    /// <summary>Whether a sign-in was not seen while it was good.</summary>
    private bool IsNew((DeviceKey, string) signIn)
    {
        lock (_signIns)
        {
            if (_signIns.TryGetValue(signIn, out _))
                return false;
            _signIns.Set(signIn, true, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = 2 * AgentSignIn.GoodFor });
            return true;
        }
    }

    private AgentVerdict RefuseSignIn(string reason, string address)
    {
        instruments.OnSignIn(reason);
        addresses.Note(address);
        return AgentVerdict.Refused;
    }

    private async Task<AgentVerdict> FindAsync(DeviceKey device, int enrolment, string address, CancellationToken cancellationToken)
    {
        if (_keys.TryGetValue((device, enrolment), out AgentProof? known))
            return new AgentVerdict(known);
        if (addresses.WaitOf(address) is { } seconds)
            return new AgentVerdict(null, seconds);
        if (await KeyOfAsync(device, enrolment, cancellationToken) is { } proof)
            return new AgentVerdict(proof);
        addresses.Note(address);
        return AgentVerdict.Refused;
    }

    private async Task<AgentProof?> KeyOfAsync(DeviceKey device, int enrolment, CancellationToken cancellationToken)
    {
        if (await shards.ShardOf(grains, device.Device).ReadAsync(device, cancellationToken) is not { State.Guards.Agent: { } agent }
            || AgentSignature.ImportPublicKey(agent.KeyOf(enrolment).AsSpan()) is not { } key
            || AgentKeys.ServerKey(masters, agent.MasterKey, device.Organization) is not { } serverKey)
            return null;
        return _keys.Set((device, enrolment), new AgentProof(device, enrolment, key, serverKey), new MemoryCacheEntryOptions { Size = 1 });
    }
}

/// <summary>Who signed something.</summary>
/// <param name="Proof">Null if the phone that it names did not.</param>
/// <param name="Wait">Seconds after which the address may try again; null if that is not why.</param>
internal readonly record struct AgentVerdict(AgentProof? Proof, int? Wait = null)
{
    public static readonly AgentVerdict Refused;
}

/// <summary>An enrolment's key, and the server's towards it.</summary>
internal sealed class AgentProof(DeviceKey device, int enrolment, ECDsa key, ECDsa serverKey)
{
    // A key is not safe for two threads.
    private readonly Lock _gate = new();
    private DateTimeOffset _forgeryToldAt;

    public DeviceKey Device { get; } = device;

    public int Enrolment { get; } = enrolment;

    /// <summary>Whether the phone's key signed a message.</summary>
    public bool Signed(SignedAs kind, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        lock (_gate)
            return AgentSignature.Verify(key, kind, message, signature);
    }

    /// <summary>Uses the server's key.</summary>
    public T Sign<T>(Func<ECDsa, T> sign)
    {
        lock (_gate)
            return sign(serverKey);
    }

    public bool MayTellForgery(DateTimeOffset now, TimeSpan every)
    {
        lock (_gate)
        {
            if (now - _forgeryToldAt < every)
                return false;
            _forgeryToldAt = now;
            return true;
        }
    }
}
