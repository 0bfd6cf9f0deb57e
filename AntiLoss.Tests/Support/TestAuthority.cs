using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AntiLoss.Tests.Support;

/// <summary>
/// A certificate authority of a test's own, with an intermediate one below it: it writes PEM files as an operator gets
/// them, and says whether a server shows a certificate of it with its chain.
/// </summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _intermediate;

    public TestAuthority()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var intermediateKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request("CN=Test root", rootKey, isAuthority: true);
        _root = request.CreateSelfSigned(From, From.AddDays(30));
        using var signed = Request("CN=Test intermediate", intermediateKey, isAuthority: true).Create(_root, From, From.AddDays(20), Serial());
        _intermediate = signed.CopyWithPrivateKey(intermediateKey);
    }

    private static DateTimeOffset From => TimeProvider.System.GetUtcNow().AddDays(-1);

    /// <summary>Makes a certificate for localhost and 127.0.0.1; answers its serial number.</summary>
    /// <param name="keyFile">Where its key goes; without it the key is in <paramref name="file"/> too.</param>
    public string Write(string file, string? keyFile = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request("CN=localhost", key, isAuthority: false);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var leaf = request.Create(_intermediate, From, From.AddDays(10), Serial());
        var chain = leaf.ExportCertificatePem() + "\n" + _intermediate.ExportCertificatePem() + "\n";
        var pem = key.ExportPkcs8PrivateKeyPem() + "\n";
        if (keyFile is not null)
            File.WriteAllText(keyFile, pem);
        // Put in place whole, as certificate clients do.
        File.WriteAllText(file + ".new", keyFile is null ? chain + pem : chain);
        File.Move(file + ".new", file, overwrite: true);
        return leaf.SerialNumber;
    }

    /// <summary>Whether a certificate leads to this authority's root by what the server sent with it, for the name that was asked for.</summary>
    public bool Trusts(X509Certificate? shown, X509Chain? sent, SslPolicyErrors errors)
    {
        if (shown is not X509Certificate2 certificate || errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var extra in sent?.ChainPolicy.ExtraStore ?? [])
            chain.ChainPolicy.ExtraStore.Add(extra);
        return chain.Build(certificate);
    }

    public void Dispose()
    {
        _root.Dispose();
        _intermediate.Dispose();
    }

    private static CertificateRequest Request(string name, ECDsa key, bool isAuthority)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        return request;
    }

    private static byte[] Serial() => [1, .. RandomNumberGenerator.GetBytes(15)];
}
