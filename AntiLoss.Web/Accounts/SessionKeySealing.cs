using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using AntiLoss.Domain.Identity;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace AntiLoss.Web.Accounts;

/// <summary>
/// Seals the keys of the session cookies under the master keys, AES-256-GCM: whoever has a copy of the data folder
/// without the passphrase can sign nobody in.
/// </summary>
internal sealed class SessionKeySealing(MasterKeys keys) : IXmlEncryptor
{
    internal const string Purpose = "session-keys";
    internal const string KeyAttribute = "key";
    internal const int NonceLength = 12;
    internal const int TagLength = 16;

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var bytes = new byte[NonceLength + TagLength + plain.Length];
        RandomNumberGenerator.Fill(bytes.AsSpan(0, NonceLength));
        using var aes = new AesGcm(keys.ServerKey(keys.Current, Purpose)!, TagLength);
        aes.Encrypt(bytes.AsSpan(0, NonceLength), plain, bytes.AsSpan(NonceLength + TagLength), bytes.AsSpan(NonceLength, TagLength));
        return new EncryptedXmlInfo(
            new XElement("sealed", new XAttribute(KeyAttribute, keys.Current), Convert.ToBase64String(bytes)), typeof(SessionKeyUnsealing));
    }
}

/// <summary>Opens what <see cref="SessionKeySealing"/> sealed. ASP.NET Core makes it by the name that it wrote beside the key.</summary>
internal sealed class SessionKeyUnsealing(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement)
    {
        var number = byte.Parse(encryptedElement.Attribute(SessionKeySealing.KeyAttribute)?.Value ?? "0", CultureInfo.InvariantCulture);
        var key = services.GetRequiredService<MasterKeys>().ServerKey(number, SessionKeySealing.Purpose)
            ?? throw new CryptographicException($"There is no master key {number}.");
        var bytes = Convert.FromBase64String(encryptedElement.Value).AsSpan();
        var sealedFrom = SessionKeySealing.NonceLength + SessionKeySealing.TagLength;
        var plain = new byte[bytes.Length - sealedFrom];
        using var aes = new AesGcm(key, SessionKeySealing.TagLength);
        aes.Decrypt(
            bytes[..SessionKeySealing.NonceLength], bytes[sealedFrom..], bytes[SessionKeySealing.NonceLength..sealedFrom], plain);
        return XElement.Parse(Encoding.UTF8.GetString(plain));
    }
}
