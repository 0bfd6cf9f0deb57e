namespace AntiLoss.LoadTest.Load;

/// <summary>What became of a request, as the phone that sent it knows.</summary>
public enum RequestFate : byte
{
    /// <summary>It was never sent.</summary>
    Unsent = 0,

    /// <summary>Sent, and no answer yet, or the connection broke before one came: it may be stored or not.</summary>
    Unknown = 1,

    /// <summary>Answered 2xx: its reports are the server's now.</summary>
    Acknowledged = 2,

    /// <summary>Answered otherwise: the phone keeps its reports.</summary>
    Refused = 3,
}

/// <summary>The phones' own log of a run: the fate of every request and the moment that its newest report names.</summary>
public sealed class Ledger(ReportPlan plan, int requests)
{
    private readonly RequestFate[] _fates = new RequestFate[requests];
    private readonly int[] _sentAtS = new int[requests];

    public ReportPlan Plan => plan;

    /// <summary>Requests that the run may make.</summary>
    public int Capacity => requests;

    public void Sent(int request, int nowS)
    {
        _sentAtS[request] = nowS;
        _fates[request] = RequestFate.Unknown;
    }

    public void Answered(int request, bool isAcknowledged) =>
        _fates[request] = isAcknowledged ? RequestFate.Acknowledged : RequestFate.Refused;

    public RequestFate FateOf(int request) => _fates[request];

    /// <summary>Reports whose requests met a fate.</summary>
    public long Count(RequestFate fate) => _fates.LongCount(met => met == fate) * plan.Batch;

    /// <summary>Every report that one phone sent, with its fate.</summary>
    public IEnumerable<(ReportIdentity Report, RequestFate Fate)> Of(int phone)
    {
        for (var request = phone; request < requests; request += plan.Phones)
        {
            if (_fates[request] == RequestFate.Unsent)
                continue;
            for (var i = 0; i < plan.Batch; i++)
            {
                var (latitude, longitude) = ReportPlan.PlaceOf(phone, plan.FirstOf(request) + i);
                var fixedAtS = _sentAtS[request] - (plan.Batch - 1 - i);
                yield return (new ReportIdentity(fixedAtS * 1000L, latitude, longitude), _fates[request]);
            }
        }
    }
}

/// <summary>By what a phone's position is known in history: fix time in milliseconds and place in 1e-6°.</summary>
public readonly record struct ReportIdentity(long FixedAtMs, int LatitudeE6, int LongitudeE6);
