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

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var bytes = SealedBytes.Seal(keys.ServerKey(keys.Current, Purpose)!, plain);
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
        return XElement.Parse(Encoding.UTF8.GetString(SealedBytes.Open(key, Convert.FromBase64String(encryptedElement.Value))));
    }
}
