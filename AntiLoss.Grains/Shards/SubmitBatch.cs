namespace AntiLoss.Grains.Shards;

/// <summary>The answers of one call, filled in as its reports are admitted, become durable and are applied.</summary>
internal sealed class SubmitBatch(int requests)
{
    private readonly RequestOutcome[] _requests = new RequestOutcome[requests];
    private readonly ReportOutcome[]?[] _reports = new ReportOutcome[]?[requests];
    private readonly TaskCompletionSource _applied = new();
    private int _waiting;

    /// <summary>Completes when the last of its reports has been applied.</summary>
    public Task Applied => _applied.Task;

    /// <summary>Why the phone's rules refused an operator's action; null if they did not.</summary>
    public string? Refusal { get; set; }

    /// <summary>A request is refused.</summary>
    public void Refuse(int request, RequestOutcome outcome)
    {
        _requests[request] = outcome;
        _reports[request] = null;
    }

    /// <summary>A request is on its way into the log.</summary>
    public void Admit(int request, int reports)
    {
        _reports[request] = reports == 0 ? [] : new ReportOutcome[reports];
        _waiting += reports;
    }

    /// <summary>Whether a request was admitted and not refused since.</summary>
    public bool IsAdmitted(int request) => _reports[request] is not null;

    /// <summary>A report was applied.</summary>
    public void Settle(int request, int report, ReportOutcome outcome)
    {
        if (_reports[request] is { } reports)
            reports[report] = outcome;
        if (--_waiting == 0)
            _applied.TrySetResult();
    }

    /// <summary>Whether any report waits to be applied.</summary>
    public bool IsWaiting => _waiting > 0;

    /// <summary>How many reports came to an end.</summary>
    public int CountOf(ReportOutcome outcome) => _reports.Sum(reports => reports?.Count(report => report == outcome) ?? 0);

    /// <summary>Refuses everything that was admitted: it did not become durable.</summary>
    public void RefuseAdmitted(RequestOutcome outcome)
    {
        for (var i = 0; i < _reports.Length; i++)
        {
            if (_reports[i] is not null)
                Refuse(i, outcome);
        }
    }

    /// <param name="hasCommands">Whether commands wait for the phone of a request.</param>
    public ImmutableArray<RequestAnswer> Answers(Func<int, bool> hasCommands)
    {
        var answers = ImmutableArray.CreateBuilder<RequestAnswer>(_requests.Length);
        for (var i = 0; i < _requests.Length; i++)
        {
            answers.Add(_reports[i] is { } reports
                ? new RequestAnswer(RequestOutcome.Taken, [.. reports]) { HasCommands = hasCommands(i) }
                : RequestAnswer.Refused(_requests[i]));
        }
        return answers.MoveToImmutable();
    }
}
