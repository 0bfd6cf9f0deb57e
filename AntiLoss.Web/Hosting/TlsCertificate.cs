using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Hosting;

/// <summary>
/// The server's certificate, its chain with it, from PEM files that are read again when they change: a renewed
/// certificate serves new connections without a restart, and a broken one leaves the last good one in place.
/// </summary>
internal sealed partial class TlsCertificate(IOptions<TlsOptions> options, TimeProvider time, ILogger<TlsCertificate> logger)
{
    private static readonly TimeSpan _lookEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private SslStreamCertificateContext? _current;
    private (DateTime Certificate, DateTime Key) _written;
    private long _lookedAt;

    /// <summary>The certificate for a connection that begins now.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            lock (_gate)
            {
                if (_current is null)
                    Load();
                else if (time.GetElapsedTime(_lookedAt) >= _lookEvery)
                    LoadIfChanged();
                return _current!;
            }
        }
    }

    /// <summary>Reads the certificate for the first time.</summary>
    /// <exception cref="OptionsValidationException">It cannot be used.</exception>
    public void Require()
    {
        try
        {
            _ = Current;
        }
        catch (Exception exception) when (IsUnusable(exception))
        {
            throw new OptionsValidationException(TlsOptions.Section, typeof(TlsOptions), [$"The certificate {CertificateFile} with the key in {KeyFile} cannot be used (AntiLoss:Tls:CertificateFile, KeyFile): {exception.Message}"]);
        }
    }

    private string CertificateFile => options.Value.CertificateFile!;

    private string KeyFile => options.Value.KeyFile is { Length: > 0 } file ? file : CertificateFile;

    private void Load()
    {
        _lookedAt = time.GetTimestamp();
        _written = WrittenAt();
        using var fromPem = X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile);
        // Windows' TLS can't use a key that lies in memory only; a round trip through PKCS 12 gives it one.
        var leaf = X509CertificateLoader.LoadPkcs12(fromPem.Export(X509ContentType.Pkcs12), password: null);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(CertificateFile);
        _current = SslStreamCertificateContext.Create(leaf, chain, offline: true);
        LogLoaded(CertificateFile, leaf.NotAfter);
    }

    private void LoadIfChanged()
    {
        _lookedAt = time.GetTimestamp();
        if (WrittenAt() == _written)
            return;
        try
        {
            Load();
        }
        catch (Exception exception) when (IsUnusable(exception))
        {
            LogNotLoaded(CertificateFile, exception);
        }
    }

    /// <summary>.NET says ArgumentException of some keys that are not the certificate's: the moment between the renewal of one file and of the other.</summary>
    private static bool IsUnusable(Exception exception) =>
        exception is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException;

    private (DateTime Certificate, DateTime Key) WrittenAt() =>
        (File.GetLastWriteTimeUtc(CertificateFile), File.GetLastWriteTimeUtc(KeyFile));
}
