using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace AntiLoss.Tests.Support;

/// <summary>A phone of a <see cref="ServerUnderTest"/> that reports over OsmAnd's protocol, and knows what was acknowledged to it.</summary>
internal sealed class ReportingPhone
{
    private readonly ConcurrentQueue<long> _acknowledged = new();
    private long _time = TimeProvider.System.GetUtcNow().AddHours(-1).ToUnixTimeMilliseconds();

    private ReportingPhone(string id, string credential) => (Id, Credential) = (id, credential);

    public string Id { get; }

    public string Credential { get; }

    /// <summary>Fix times, in milliseconds, of the reports that were answered with 200.</summary>
    public IReadOnlyCollection<long> Acknowledged => _acknowledged;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<ReportingPhone> EnrolAsync(ServerUnderTest server)
    {
        using var made = await server.Api.PostAsJsonAsync("/api/v1/devices", new { name = "Phone" }, Token);
        Assert.True(made.StatusCode == HttpStatusCode.Created, server.Output);
        var device = await made.Content.ReadFromJsonAsync<JsonElement>(Token);
        return new ReportingPhone(device.GetProperty("id").GetString()!, device.GetProperty("credential").GetString()!);
    }

    /// <summary>Sends one report, of a time that no other has.</summary>
    public async Task<HttpStatusCode> ReportAsync(HttpClient client, params (string Name, string Value)[] headers)
    {
        var time = Interlocked.Increment(ref _time);
        var place = string.Create(CultureInfo.InvariantCulture, $"lat=52.5&lon={13 + time % 1000 * 1e-6}&timestamp={time}");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/ingest/osmand?id={Id}.{Credential}&{place}");
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        using var answer = await client.SendAsync(request, Token);
        if (answer.StatusCode == HttpStatusCode.OK)
            _acknowledged.Enqueue(time);
        return answer.StatusCode;
    }

    /// <summary>Sends one report after the other until told to stop.</summary>
    public async Task ReportUntilAsync(HttpClient client, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
            await ReportAsync(client);
    }

    /// <summary>Which of <paramref name="times"/> the server does not have.</summary>
    public async Task<IEnumerable<long>> MissingAsync(ServerUnderTest server, IEnumerable<long> times)
    {
        var rows = await server.Api.GetStringAsync($"/api/v1/devices/{Id}/positions?since=2020-01-01T00:00:00Z&until=2100-01-01T00:00:00Z&format=ndjson", Token);
        return times.Except(rows.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(TimeOf));
    }

    private static long TimeOf(string row)
    {
        using var document = JsonDocument.Parse(row);
        return document.RootElement.GetProperty("time").GetDateTimeOffset().ToUnixTimeMilliseconds();
    }
}
