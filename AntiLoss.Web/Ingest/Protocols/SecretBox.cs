using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace AntiLoss.Web.Ingest.Protocols;

/// <summary>
/// NaCl's secretbox (XSalsa20-Poly1305), in which OwnTracks encrypts: 24 bytes of nonce, 16 of tag, then the text, under
/// the passphrase padded with zeros to 32 bytes. Done by the libsodium that comes with NSec, whose own interface has
/// only the newer constructions.
/// </summary>
internal static class SecretBox
{
    private const int KeyLength = 32;
    private const int NonceLength = 24;
    private const int TagLength = 16;

    /// <summary>Bytes that a sealed text is longer than the text.</summary>
    public const int Overhead = NonceLength + TagLength;

    /// <summary>Opens a box into <paramref name="text"/>, which has its length less <see cref="Overhead"/>; false if the key is another one or a bit was changed.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> box, ReadOnlySpan<char> passphrase, Span<byte> text)
    {
        Span<byte> key = stackalloc byte[KeyLength];
        if (box.Length < Overhead || !TryMakeKey(passphrase, key))
            return false;
        var sealedText = box[NonceLength..];
        var opened = OpenEasy(
            ref MemoryMarshal.GetReference(text), in MemoryMarshal.GetReference(sealedText), (ulong)sealedText.Length,
            in MemoryMarshal.GetReference(box), in MemoryMarshal.GetReference(key)) == 0;
        CryptographicOperations.ZeroMemory(key);
        return opened;
    }

    /// <summary>Seals a text under a fresh random nonce.</summary>
    public static byte[] Seal(ReadOnlySpan<byte> text, ReadOnlySpan<char> passphrase)
    {
        Span<byte> key = stackalloc byte[KeyLength];
        if (!TryMakeKey(passphrase, key))
            throw new ArgumentException($"A passphrase has at most {KeyLength} bytes.", nameof(passphrase));
        var box = new byte[text.Length + Overhead];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceLength));
        _ = SealEasy(ref box[NonceLength], in MemoryMarshal.GetReference(text), (ulong)text.Length, in box[0], in MemoryMarshal.GetReference(key));
        CryptographicOperations.ZeroMemory(key);
        return box;
    }

    private static bool TryMakeKey(ReadOnlySpan<char> passphrase, Span<byte> key)
    {
        key.Clear();
        return !passphrase.IsEmpty && Encoding.UTF8.TryGetBytes(passphrase, key, out _);
    }

    [DllImport("libsodium", EntryPoint = "crypto_secretbox_open_easy")]
    private static extern int OpenEasy(ref byte text, in byte box, ulong boxLength, in byte nonce, in byte key);

    [DllImport("libsodium", EntryPoint = "crypto_secretbox_easy")]
    private static extern int SealEasy(ref byte box, in byte text, ulong textLength, in byte nonce, in byte key);
}
