using System.Buffers.Text;
using System.Text.Json;

namespace AntiLoss.Web.Wake;

/// <summary>A signed JSON web token (RFC 7515, compact), as push services want of their customers.</summary>
internal static class WebToken
{
    public static string Sign(object header, object claims, Func<byte[], byte[]> sign)
    {
        var signed = $"{Encoded(header)}.{Encoded(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(sign(System.Text.Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Encoded(object part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));
}
