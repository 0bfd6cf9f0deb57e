using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Wake;

/// <summary>The push services that the settings name.</summary>
internal sealed class PushServices : IDisposable
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeepConnectionsFor = TimeSpan.FromMinutes(10);

    // No logging handler: Apple's addresses have tokens in them.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = KeepConnectionsFor }) { Timeout = AnswerWithin };
    private readonly List<IPushService> _all = [];
    private readonly ECDsa? _apnsKey;

    /// <exception cref="OptionsValidationException">A file can't be used, or something is missing beside it.</exception>
    public PushServices(IOptions<WakeOptions> options, TimeProvider time)
    {
        var settings = options.Value;
        if (settings.FcmServiceAccountFile is { Length: > 0 } file)
            _all.Add(Used(nameof(settings.FcmServiceAccountFile), file, () => new FcmPush(AccountIn(file), new Uri(settings.FcmAddress), _http, time)));
        if (settings.ApnsKeyFile is { Length: > 0 } keyFile)
        {
            var customer = new ApnsCustomer(
                Needed(settings.ApnsKeyId, nameof(settings.ApnsKeyId), keyFile), Needed(settings.ApnsTeamId, nameof(settings.ApnsTeamId), keyFile),
                Needed(settings.ApnsTopic, nameof(settings.ApnsTopic), keyFile));
            _apnsKey = Used(nameof(settings.ApnsKeyFile), keyFile, () =>
            {
                var key = ECDsa.Create();
                key.ImportFromPem(File.ReadAllText(keyFile));
                return key;
            });
            _all.Add(new ApnsPush(customer, _apnsKey, new Uri(settings.ApnsAddress), _http, time));
        }
        if (settings.WebhookUrl is { Length: > 0 } url)
            _all.Add(new WebhookPush(new Uri(url), Encoding.UTF8.GetBytes(Needed(settings.WebhookSecret, nameof(settings.WebhookSecret), url)), _http, time));
    }

    public bool Any => _all.Count > 0;

    /// <summary>What serves phones that named a service; null if nothing does.</summary>
    public IPushService? Of(string service) => _all.Find(known => known.Serves(service));

    public void Dispose()
    {
        foreach (var service in _all.OfType<IDisposable>())
            service.Dispose();
        _apnsKey?.Dispose();
        _http.Dispose();
    }

    private static ServiceAccount AccountIn(string file) =>
        JsonSerializer.Deserialize<ServiceAccount>(File.ReadAllText(file), Strict) ?? throw new JsonException("It holds nothing.");

    private static readonly JsonSerializerOptions Strict = new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private static T Used<T>(string setting, string file, Func<T> use)
    {
        try
        {
            return use();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or CryptographicException or ArgumentException)
        {
            throw Wrong($"{file} cannot be used (AntiLoss:Wake:{setting}): {exception.Message}");
        }
    }

    private static string Needed(string? value, string setting, string beside) =>
        value is { Length: > 0 } ? value : throw Wrong($"AntiLoss:Wake:{setting} is needed beside {beside}.");

    private static OptionsValidationException Wrong(string why) => new(WakeOptions.Section, typeof(WakeOptions), [why]);
}
