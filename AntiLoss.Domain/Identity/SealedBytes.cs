using System.Security.Cryptography;

namespace AntiLoss.Domain.Identity;

/// <summary>Secrets at rest: AES-256-GCM, as 12 bytes of nonce, 16 of tag, and the text.</summary>
public static class SealedBytes
{
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int HeadLength = NonceLength + TagLength;

    /// <param name="binding">What it belongs to: it opens nowhere else.</param>
    public static byte[] Seal(byte[] key, ReadOnlySpan<byte> text, ReadOnlySpan<byte> binding = default)
    {
        var bytes = new byte[HeadLength + text.Length];
        RandomNumberGenerator.Fill(bytes.AsSpan(0, NonceLength));
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(bytes.AsSpan(0, NonceLength), text, bytes.AsSpan(HeadLength), bytes.AsSpan(NonceLength, TagLength), binding);
        return bytes;
    }

    /// <exception cref="CryptographicException">It was sealed under another key, for something else, or is damaged.</exception>
    public static byte[] Open(byte[] key, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> binding = default)
    {
        if (bytes.Length < HeadLength)
            throw new CryptographicException("It is too short to be sealed.");
        var text = new byte[bytes.Length - HeadLength];
        using var aes = new AesGcm(key, TagLength);
        aes.Decrypt(bytes[..NonceLength], bytes[HeadLength..], bytes[NonceLength..HeadLength], text, binding);
        return text;
    }
}
