using System.Diagnostics.Metrics;
using System.Reflection;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;
using AntiLoss.Tests.Support;
using AntiLoss.Web.Ingest;
using AntiLoss.Web.Ingest.Submission;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans;

namespace AntiLoss.Tests.Ingest;

/// <summary>From a phone's request to its shard's call and back, with a shard that answers when the test says.</summary>
public sealed class ReportSubmitterTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ShardOfATest _shard;
    private readonly IGrainFactory _grains;

    public ReportSubmitterTests()
    {
        var shard = DispatchProxy.Create<IShardGrain, ShardOfATest>();
        _shard = (ShardOfATest)(object)shard;
        _grains = DispatchProxy.Create<IGrainFactory, GrainsOfATest>();
        ((GrainsOfATest)(object)_grains).Shard = shard;
    }

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task What_arrives_together_goes_in_one_call_and_each_hears_its_own_answer()
    {
        using var submitter = Submitter();
        var answers = Submit(submitter, 3);
        Gather();
        var call = Assert.Single(_shard.Calls);
        Assert.Equal(3, call.Requests.Length);
        RequestAnswer[] told = [new(RequestOutcome.Taken, [ReportOutcome.Duplicate]), RequestAnswer.Refused(RequestOutcome.Revoked), RequestAnswer.Refused(RequestOutcome.RateLimited)];
        call.Answer.SetResult([.. told]);
        Assert.Equal(told, await Task.WhenAll(answers));
    }

    [Fact]
    public async Task A_call_that_fails_leaves_every_phone_its_reports()
    {
        using var submitter = Submitter();
        var answers = Submit(submitter, 2);
        Gather();
        _shard.Calls[0].Answer.SetException(new TimeoutException("The shard has moved."));
        Assert.All(await Task.WhenAll(answers), answer => Assert.Equal(RequestOutcome.Busy, answer.Outcome));

        // The way to the shard is free again.
        var next = Submit(submitter, 1);
        Gather();
        _shard.Calls[1].Answer.SetResult([new(RequestOutcome.Taken, [ReportOutcome.Accepted])]);
        Assert.Equal(RequestOutcome.Taken, (await next[0]).Outcome);
    }

    [Fact]
    public async Task Fewer_answers_than_requests_are_none()
    {
        using var submitter = Submitter();
        var answers = Submit(submitter, 2);
        Gather();
        _shard.Calls[0].Answer.SetResult([new(RequestOutcome.Taken, [ReportOutcome.Accepted])]);
        Assert.All(await Task.WhenAll(answers), answer => Assert.Equal(RequestOutcome.Busy, answer.Outcome));
    }

    [Fact]
    public async Task A_shard_that_does_not_answer_is_given_up_and_its_late_answer_says_nothing()
    {
        using var submitter = Submitter();
        var asked = Submit(submitter, 1);
        Gather();
        _time.Advance(TimeSpan.FromSeconds(15));
        var later = Submit(submitter, 1);
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(RequestOutcome.Busy, (await asked[0]).Outcome);
        Assert.False(later[0].IsCompleted);
        _shard.Calls[0].Answer.SetResult([new(RequestOutcome.Taken, [ReportOutcome.Accepted])]);
        _shard.Calls[1].Answer.SetResult([new(RequestOutcome.Taken, [ReportOutcome.Duplicate])]);
        Assert.Equal(ReportOutcome.Duplicate, (await later[0]).Reports[0]);
    }

    [Fact]
    public async Task Three_calls_are_under_way_and_the_rest_gathers()
    {
        using var submitter = Submitter();
        var answers = new List<Task<RequestAnswer>>();
        for (var i = 0; i < 5; i++)
        {
            answers.AddRange(Submit(submitter, 1));
            Gather();
        }
        Assert.Equal(3, _shard.Calls.Count);
        _shard.Calls[0].Answer.SetResult([new(RequestOutcome.Taken, [ReportOutcome.Accepted])]);
        await answers[0];
        Assert.Equal(2, _shard.Calls[3].Requests.Length);
    }

    [Fact]
    public async Task A_full_node_says_busy_at_once_and_one_organizations_storm_leaves_room()
    {
        using var submitter = Submitter(waiting: 10, share: 50);
        var storm = Submit(submitter, 6, organization: 1);
        Assert.Equal(RequestOutcome.Busy, (await storm[5]).Outcome);
        Assert.All(storm[..5], waiting => Assert.False(waiting.IsCompleted));
        var others = Submit(submitter, 5, organization: 2);
        Assert.All(others, waiting => Assert.False(waiting.IsCompleted));
        Assert.Equal(RequestOutcome.Busy, (await Submit(submitter, 1, organization: 3)[0]).Outcome);

        Gather();
        _shard.Calls[0].Answer.SetResult([.. Enumerable.Repeat(new RequestAnswer(RequestOutcome.Taken, [ReportOutcome.Accepted]), 10)]);
        await Task.WhenAll([.. storm, .. others]);
        Assert.False(Submit(submitter, 1, organization: 3)[0].IsCompleted);
    }

    [Fact]
    public void A_request_larger_than_all_the_room_enters_alone()
    {
        using var submitter = Submitter(waiting: 10);
        var large = submitter.SubmitAsync(Request(1, reports: 50)).AsTask();
        Assert.False(large.IsCompleted);
        Assert.True(submitter.SubmitAsync(Request(1, reports: 50)).AsTask().IsCompleted);
    }

    [Fact]
    public async Task An_organization_has_a_rate_with_a_burst_of_ten_seconds_and_a_request_is_taken_whole()
    {
        using var submitter = Submitter(rate: 3);
        Assert.False(submitter.SubmitAsync(Request(1, reports: 29)).AsTask().IsCompleted);
        // One is left in the bucket: what is asked for is taken whole, and the bucket is in debt.
        Assert.False(submitter.SubmitAsync(Request(1, reports: 4)).AsTask().IsCompleted);
        Assert.Equal(RequestOutcome.RateLimited, (await Submit(submitter, 1)[0].WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken)).Outcome);
        Assert.False(Submit(submitter, 1, organization: 2)[0].IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(RequestOutcome.RateLimited, (await Submit(submitter, 1)[0].WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken)).Outcome);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.False(Submit(submitter, 1)[0].IsCompleted);
    }

    private ReportSubmitter Submitter(int waiting = 1_000, int share = 100, int rate = 0) => new(
        new ShardMap(1), _grains, _time, Options.Create(new LimitOptions { WaitingReports = waiting, OrganizationShare = share, OrganizationRatePerSecond = rate }),
        new IngestInstruments(_services.GetRequiredService<IMeterFactory>()), NullLogger<ReportSubmitter>.Instance);

    private static Task<RequestAnswer>[] Submit(ReportSubmitter submitter, int count, uint organization = 1) =>
        [.. Enumerable.Range(0, count).Select(_ => submitter.SubmitAsync(Request(organization, reports: 1)).AsTask())];

    private static PhoneRequest Request(uint organization, int reports) => new()
    {
        Device = new DeviceKey(new OrganizationNumber(organization), new DeviceId(1, 2)),
        CredentialVersion = 1,
        Reports = [.. Enumerable.Repeat(new Domain.Reports.Report { Kind = Domain.Reports.ReportKind.Contact }, reports)],
    };

    private void Gather() => _time.Advance(TimeSpan.FromMilliseconds(1));

    /// <summary>Remembers what it is asked; the test answers.</summary>
    public class ShardOfATest : DispatchProxy
    {
        public List<(ImmutableArray<PhoneRequest> Requests, TaskCompletionSource<ImmutableArray<RequestAnswer>> Answer)> Calls { get; } = [];

        protected override object Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var answer = new TaskCompletionSource<ImmutableArray<RequestAnswer>>();
            Calls.Add(((ImmutableArray<PhoneRequest>)args![0]!, answer));
            return new ValueTask<ImmutableArray<RequestAnswer>>(answer.Task);
        }
    }

    /// <summary>Knows the one shard.</summary>
    public class GrainsOfATest : DispatchProxy
    {
        public IShardGrain Shard { get; set; } = null!;

        protected override object Invoke(MethodInfo? targetMethod, object?[]? args) => Shard;
    }
}
