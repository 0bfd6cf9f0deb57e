using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace AntiLoss.Domain.Identity;

/// <summary>
/// The installation's master keys by number. New credentials are made under <see cref="Current"/>; older keys stay as
/// long as a credential made from them lives, since people have typed those into phones.
/// </summary>
public sealed class MasterKeys
{
    /// <summary>Bytes of a master key.</summary>
    public const int KeyLength = 32;

    private readonly ImmutableDictionary<byte, byte[]> _keys;
    private readonly ConcurrentDictionary<(byte Key, uint Organization), byte[]> _derived = new();

    /// <param name="keys">Keys of 32 random bytes by number.</param>
    /// <param name="current">Number of the key for new credentials; one of <paramref name="keys"/>.</param>
    public MasterKeys(IEnumerable<KeyValuePair<byte, byte[]>> keys, byte current)
    {
        _keys = keys.ToImmutableDictionary();
        Current = _keys.ContainsKey(current) ? current : throw new ArgumentException($"There is no key {current}.", nameof(current));
        if (_keys.Values.Any(key => key.Length != KeyLength))
            throw new ArgumentException($"A master key has {KeyLength} bytes.", nameof(keys));
    }

    public byte Current { get; }

    /// <summary>Number of the first key, which a rotation leaves.</summary>
    public byte Oldest => _keys.Keys.Min();

    /// <summary>A key of the server's own, for one purpose: HKDF-SHA256(master key, "antiloss/server/" ‖ purpose); null if there is no such master key.</summary>
    public byte[]? ServerKey(byte key, string purpose) => _keys.TryGetValue(key, out var master)
        ? HKDF.DeriveKey(HashAlgorithmName.SHA256, master, 32, salt: [], Encoding.ASCII.GetBytes("antiloss/server/" + purpose))
        : null;

    /// <summary>The organization's own key: HKDF-SHA256(master key, "antiloss/organization/" ‖ number); null if there is no such master key.</summary>
    internal byte[]? OrganizationKey(byte key, OrganizationNumber organization)
    {
        if (_derived.TryGetValue((key, organization.Value), out var derived))
            return derived;
        if (!_keys.TryGetValue(key, out var master))
            return null;
        Span<byte> info = stackalloc byte[26];
        "antiloss/organization/"u8.CopyTo(info);
        BinaryPrimitives.WriteUInt32BigEndian(info[22..], organization.Value);
        derived = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, master, derived, salt: [], info);
        return derived;
    }

    /// <summary>Keeps an organization's key at hand: called once a MAC under it has held, so that forged numbers fill no memory.</summary>
    internal void Remember(byte key, OrganizationNumber organization, byte[] derived) =>
        _derived.TryAdd((key, organization.Value), derived);
}
