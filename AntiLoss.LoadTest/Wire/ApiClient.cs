using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace AntiLoss.LoadTest.Wire;

/// <summary>
/// The few calls of <c>/api/v1</c> that simulated phones need, spoken as any program would: with an API key. A call that
/// is answered 429 or 503 waits as it is told and is made again.
/// </summary>
public sealed class ApiClient : IDisposable
{
    private const int Tries = 8;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    public ApiClient(Uri baseUrl, string apiKey, TimeProvider time)
    {
        _time = time;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            BaseAddress = baseUrl,
            Timeout = TimeSpan.FromSeconds(60),
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
    }

    public Task<ImmutableArray<FleetItem>> FleetsAsync(CancellationToken cancellationToken) =>
        ListAsync<FleetItem>("api/v1/fleets", cancellationToken);

    public Task<ImmutableArray<PersonItem>> PeopleAsync(CancellationToken cancellationToken) =>
        ListAsync<PersonItem>("api/v1/people", cancellationToken);

    public Task<ImmutableArray<DeviceItem>> DevicesAsync(CancellationToken cancellationToken) =>
        ListAsync<DeviceItem>("api/v1/devices", cancellationToken);

    public Task<FleetItem> AddFleetAsync(string name, CancellationToken cancellationToken) =>
        SendAsync<FleetItem>(HttpMethod.Post, "api/v1/fleets", new { name }, cancellationToken);

    public Task<FleetItem> RenameFleetAsync(string id, string name, CancellationToken cancellationToken) =>
        SendAsync<FleetItem>(HttpMethod.Patch, $"api/v1/fleets/{id}", new { name }, cancellationToken);

    public Task<PersonItem> AddPersonAsync(string name, string fleet, CancellationToken cancellationToken) =>
        SendAsync<PersonItem>(HttpMethod.Post, "api/v1/people", new { name, fleet }, cancellationToken);

    public Task<EnrolledItem> EnrolAsync(NewDevice device, CancellationToken cancellationToken) =>
        SendAsync<EnrolledItem>(HttpMethod.Post, "api/v1/devices", device, cancellationToken);

    /// <summary>A new credential for a phone; the old one is revoked.</summary>
    public Task<EnrolledItem> RotateAsync(string id, CancellationToken cancellationToken) =>
        SendAsync<EnrolledItem>(HttpMethod.Post, $"api/v1/devices/{id}/rotate", null, cancellationToken);

    public Task<DeviceItem> DeviceAsync(string id, CancellationToken cancellationToken) =>
        SendAsync<DeviceItem>(HttpMethod.Get, $"api/v1/devices/{id}", null, cancellationToken);

    /// <summary>A code with which the phone's agent enrols.</summary>
    public async Task<string> EnrolmentCodeAsync(string id, CancellationToken cancellationToken) =>
        (await SendAsync<EnrolmentCodeItem>(HttpMethod.Post, $"api/v1/devices/{id}/enrolment-code", null, cancellationToken)).Code;

    /// <summary>Acts on a phone, such as <c>arm</c>.</summary>
    public Task<GuardedItem> ActAsync(string id, string act, object body, CancellationToken cancellationToken) =>
        SendAsync<GuardedItem>(HttpMethod.Post, $"api/v1/devices/{id}/{act}", body, cancellationToken);

    public Task<GuardedItem> GuardedAsync(string id, CancellationToken cancellationToken) =>
        SendAsync<GuardedItem>(HttpMethod.Get, $"api/v1/devices/{id}", null, cancellationToken);

    /// <summary>The newest alerts, newest first.</summary>
    public async Task<ImmutableArray<AlertItem>> AlertsAsync(CancellationToken cancellationToken) =>
        (await SendAsync<PageOf<AlertItem>>(HttpMethod.Get, "api/v1/alerts?limit=400", null, cancellationToken)).Items;

    /// <summary>The newest audit entries, newest first.</summary>
    public async Task<ImmutableArray<AuditItem>> AuditAsync(CancellationToken cancellationToken) =>
        (await SendAsync<PageOf<AuditItem>>(HttpMethod.Get, "api/v1/audit?limit=400", null, cancellationToken)).Items;

    /// <summary>Every stored position of a phone between two moments, in order of time.</summary>
    public async Task<List<PositionItem>> PositionsAsync(
        string id, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var path = string.Create(CultureInfo.InvariantCulture,
            $"api/v1/devices/{id}/positions?since={since.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}&until={until.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}&format=ndjson");
        using var answer = await AskAsync(() => new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var positions = new List<PositionItem>();
        await foreach (var position in JsonSerializer.DeserializeAsyncEnumerable<PositionItem>(body, topLevelValues: true, Json, cancellationToken))
            positions.Add(position!);
        return positions;
    }

    /// <summary>Posts reports to <c>/api/v1/reports</c>; the answer's status as it came.</summary>
    public async Task<HttpStatusCode> ReportAsync(HttpContent reports, CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsync("api/v1/reports", reports, cancellationToken);
        return answer.StatusCode;
    }

    /// <summary>Waits until the server says that it is ready.</summary>
    public async Task UntilReadyAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        while (!await IsReadyAsync(cancellationToken))
        {
            if (_time.GetElapsedTime(started) > patience)
                throw new TimeoutException($"The server at {_http.BaseAddress} was not ready within {patience.TotalSeconds:0} s.");
            await Task.Delay(TimeSpan.FromMilliseconds(200), _time, cancellationToken);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync("health/ready", cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<ImmutableArray<T>> ListAsync<T>(string path, CancellationToken cancellationToken)
    {
        var items = ImmutableArray.CreateBuilder<T>();
        await foreach (var page in PagesAsync<T>(path, cancellationToken))
            items.AddRange(page.Items);
        return items.ToImmutable();
    }

    private async IAsyncEnumerable<PageOf<T>> PagesAsync<T>(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var query = cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";
            var page = await SendAsync<PageOf<T>>(HttpMethod.Get, $"{path}?limit=500{query}", null, cancellationToken);
            yield return page;
            cursor = page.Next;
        }
        while (cursor is not null);
    }

    private async Task<T> SendAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var answer = await AskAsync(
            () => new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body, options: Json) },
            cancellationToken);
        return await answer.Content.ReadFromJsonAsync<T>(Json, cancellationToken)
            ?? throw new HttpRequestException($"{method} {path} was answered with nothing.");
    }

    private async Task<HttpResponseMessage> AskAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = make();
            var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (answer.IsSuccessStatusCode)
                return answer;
            var mayTryAgain = answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;
            var wait = answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1);
            var said = await answer.Content.ReadAsStringAsync(cancellationToken);
            answer.Dispose();
            if (!mayTryAgain || attempt == Tries)
                throw new HttpRequestException($"{request.Method} {request.RequestUri} was answered {(int)answer.StatusCode}: {said}", null, answer.StatusCode);
            await Task.Delay(wait, _time, cancellationToken);
        }
    }
}
