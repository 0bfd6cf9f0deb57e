using System.Security.Cryptography;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;
using Microsoft.Extensions.Caching.Memory;

namespace AntiLoss.Web.Ingest.Agents;

/// <summary>
/// Says whether an envelope is its phone's. Keys are kept at hand, since to import one costs three times what a check
/// costs; the key of an enrolment never changes.
/// </summary>
internal sealed class AgentDoor(IGrainFactory grains, ShardMap shards, MasterKeys masters, AgentInstruments instruments, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan ForgeryTold = TimeSpan.FromMinutes(1);
    private readonly MemoryCache _keys = new(new MemoryCacheOptions { SizeLimit = 50_000 });

    /// <summary>The enrolment that signed the envelope; null for anything else.</summary>
    public async Task<AgentProof?> ProveAsync(AgentEnvelope head, SignedEnvelope signed, CancellationToken cancellationToken)
    {
        if (await KeyOfAsync(head.Device, head.Enrolment, cancellationToken) is not { } proof)
        {
            instruments.OnEnvelope("unknown-enrolment");
            return null;
        }
        lock (proof)
        {
            if (AgentSignature.Verify(proof.Key, SignedAs.Envelope, signed.Envelope.Span, signed.Signature.Span))
                return proof;
        }
        instruments.OnEnvelope("signature");
        // Told once a minute: a forger must not be able to fill the phone's log.
        if (proof.MayTellForgery(time.GetUtcNow(), ForgeryTold))
            await shards.ShardOf(grains, head.Device.Device).ChangeAsync(head.Device, DeviceOperation.From(new ForgerySeen("an envelope that the phone's key did not sign")), cancellationToken);
        return null;
    }

    public void Dispose() => _keys.Dispose();

    private async Task<AgentProof?> KeyOfAsync(DeviceKey device, int enrolment, CancellationToken cancellationToken)
    {
        if (_keys.TryGetValue((device, enrolment), out AgentProof? known))
            return known;
        if (await shards.ShardOf(grains, device.Device).ReadAsync(device, cancellationToken) is not { State.Guards.Agent: { } agent }
            || AgentSignature.ImportPublicKey(agent.KeyOf(enrolment).AsSpan()) is not { } key
            || AgentKeys.ServerKey(masters, agent.MasterKey, device.Organization) is not { } serverKey)
            return null;
        return _keys.Set((device, enrolment), new AgentProof(key, serverKey), new MemoryCacheEntryOptions { Size = 1 });
    }
}

/// <summary>An enrolment's key, and the server's towards it. Lock it to use either: a key is not safe for two threads.</summary>
internal sealed class AgentProof(ECDsa key, ECDsa serverKey)
{
    private DateTimeOffset _forgeryToldAt;

    public ECDsa Key { get; } = key;

    public ECDsa ServerKey { get; } = serverKey;

    public bool MayTellForgery(DateTimeOffset now, TimeSpan every)
    {
        lock (this)
        {
            if (now - _forgeryToldAt < every)
                return false;
            _forgeryToldAt = now;
            return true;
        }
    }
}
