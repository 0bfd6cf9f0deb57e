using System.Text;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Web.Live;

/// <content>How a frame is made, under the view's gate.</content>
internal sealed partial class ViewerSession
{
    /// <summary>New phones in one frame: a large snapshot comes in several, each of about 250 kB.</summary>
    private const int NewInFrame = 4000;

    private static readonly TimeSpan ClusterPace = TimeSpan.FromSeconds(1), TokenPace = TimeSpan.FromSeconds(1);
    private static readonly FleetTally NoPhones = new();

    private readonly HandleSet _known = new();
    private readonly List<int> _pending = [], _rows = [], _gone = [];
    private ViewScope? _scope;
    private int _limit;
    private int _nextPending;
    private long _seen;
    private bool _isReset, _isResumed, _isTokenDue, _inClusters, _areClustersDue, _wasStale, _isChosenDue;
    private DateTimeOffset _clustersAt, _tokenAt;
    private long _clustersHead, _countsSent, _chosenAt;
    private FleetTally? _countsOf;
    private DeviceId? _chosen;

    private bool HasMore => _nextPending < _pending.Count;

    private byte[]? Build(DateTimeOffset now, bool isStale, FrameWriter writer)
    {
        _rows.Clear();
        _gone.Clear();
        Follow(TakeOrders());
        if (_scope is null)
            return null;
        ReviewMode(now);
        if (!_inClusters)
            Gather();
        var isDue = _isReset || _isTokenDue || _rows.Count > 0 || _gone.Count > 0 || AreClustersDue(now) || IsChosenDue()
            || AreCountsDue() || isStale != _wasStale || now - _sentAt >= Heartbeat;
        if (isDue)
            return Write(now, isStale, writer);
        _seen = view.Changes.Head;
        return null;
    }

    private void Follow(Orders orders)
    {
        if (orders.Watch is var (scope, limit, resume))
            Start(scope, limit, resume);
        else if (orders.Move.Is && _scope is not null)
            MoveTo(_scope with { Viewport = orders.Move.To });
        if (orders.Choose.Is)
            (_chosen, _isChosenDue) = (orders.Choose.Device, true);
    }

    private void Start(ViewScope scope, int limit, ResumeToken? resume)
    {
        _scope = scope;
        _limit = limit;
        var isCrowded = view.CountIn(scope, limit) > limit;
        if (resume is not { } token || isCrowded || token.Seen > view.Changes.Head || token != ResumeToken.Of(view, scope, limit, token.Seen))
        {
            Restart(isCrowded);
            return;
        }
        Restart(isCrowded: false);
        _isReset = false;
        _isResumed = true;
        _seen = token.Seen;
        // What lies in view and has not changed since, the viewer has; the rest is among the changes.
        foreach (var handle in _pending)
        {
            if (view.SlotOf(handle).ChangedAt <= token.Seen)
                _known.Add(handle);
        }
        ForgetPending();
    }

    private void MoveTo(ViewScope scope)
    {
        _scope = scope;
        var isCrowded = view.CountIn(scope, _limit) > _limit;
        if (isCrowded != _inClusters)
        {
            Restart(isCrowded);
            return;
        }
        _areClustersDue = isCrowded;
        if (isCrowded)
            return;
        _known.CopyTo(_gone);
        _gone.RemoveAll(handle => scope.Contains(view.SlotOf(handle).Row));
        foreach (var handle in _gone)
            _known.Remove(handle);
        ForgetPending();
        view.FindIn(scope, _pending);
        _pending.RemoveAll(_known.Contains);
        _isTokenDue = true;
    }

    /// <summary>The viewer forgets everything, and gets phones or clusters from the start.</summary>
    private void Restart(bool isCrowded)
    {
        _isReset = true;
        _isResumed = false;
        _countsOf = null;
        _inClusters = isCrowded;
        _areClustersDue = isCrowded;
        _isTokenDue = !isCrowded;
        _known.Clear();
        _rows.Clear();
        _gone.Clear();
        _seen = view.Changes.Head;
        ForgetPending();
        if (!isCrowded)
            view.FindIn(_scope!, _pending);
    }

    private void ForgetPending()
    {
        _pending.Clear();
        _nextPending = 0;
    }

    /// <summary>Phones have gathered in view, or dispersed. Going back waits for a tenth fewer, so that it does not flicker.</summary>
    private void ReviewMode(DateTimeOffset now)
    {
        if (!_inClusters && _known.Count > _limit)
            Restart(isCrowded: true);
        else if (_inClusters && AreClustersDue(now) && view.CountIn(_scope!, _limit) <= _limit * 9L / 10)
            Restart(isCrowded: false);
    }

    /// <summary>Finds what changed for this viewer since it last looked, and the next part of a snapshot.</summary>
    private void Gather()
    {
        var head = view.Changes.Head;
        if (view.Changes.Reaches(_seen))
        {
            for (var number = _seen + 1; number <= head; number++)
            {
                ref readonly var change = ref view.Changes[number];
                if (_isResumed || _known.Contains(change.Handle) || _scope!.MayContain(change))
                    Consider(change.Handle, number);
            }
        }
        else
        {
            for (var handle = 0; handle < view.Count; handle++)
            {
                if (view.SlotOf(handle).ChangedAt is var number && number > _seen)
                    Consider(handle, number);
            }
        }
        _isResumed = false;
        for (var taken = 0; HasMore && taken < NewInFrame; _nextPending++)
        {
            if (!_known.Contains(_pending[_nextPending]) && _scope!.Contains(view.SlotOf(_pending[_nextPending]).Row))
            {
                Enter(_pending[_nextPending]);
                taken++;
            }
        }
        if (!HasMore)
            ForgetPending();
        _rows.Sort();
        _gone.Sort();
    }

    private void Consider(int handle, long number)
    {
        ref readonly var slot = ref view.SlotOf(handle);
        // An earlier change of a phone that has changed again since: the last one stands for both.
        if (slot.ChangedAt != number)
            return;
        var isInView = _scope!.Contains(slot.Row);
        if (isInView && _known.Contains(handle))
            _rows.Add(handle << 1);
        else if (isInView)
            Enter(handle);
        else if (_known.Remove(handle) || _isResumed)
            _gone.Add(handle);
    }

    private void Enter(int handle)
    {
        _known.Add(handle);
        _rows.Add(handle << 1 | 1);
    }

    private bool AreClustersDue(DateTimeOffset now) =>
        _inClusters && (_areClustersDue || now - _clustersAt >= ClusterPace && view.Changes.Head != _clustersHead);

    private bool AreCountsDue() =>
        _countsOf is null || (view.TallyOf(_scope!.Fleets) ?? NoPhones) is var tally && (tally != _countsOf || tally.Version != _countsSent);

    private bool IsChosenDue() =>
        _isChosenDue || _chosen is { } device && view.HandleOf(device) is { } handle && view.SlotOf(handle).ChangedAt > _chosenAt;

    private byte[] Write(DateTimeOffset now, bool isStale, FrameWriter writer)
    {
        var flags = (_isReset ? FrameFlags.Reset : 0) | (HasMore ? FrameFlags.More : 0)
            | (isStale ? FrameFlags.Stale : 0) | (_inClusters ? FrameFlags.Clusters : 0);
        writer.Begin(++_number, flags, now.ToUnixTimeMilliseconds());
        WriteCounts(writer);
        WriteRows(writer);
        if (AreClustersDue(now))
            WriteClusters(writer, now);
        if (IsChosenDue())
            WriteChosen(writer);
        _seen = view.Changes.Head;
        if (!_inClusters && !HasMore && (_isTokenDue || now - _tokenAt >= TokenPace))
            WriteToken(writer, now);
        _isReset = false;
        _wasStale = isStale;
        return writer.End();
    }

    private void WriteCounts(FrameWriter writer)
    {
        if (!AreCountsDue())
            return;
        _countsOf = view.TallyOf(_scope!.Fleets) ?? NoPhones;
        _countsSent = _countsOf.Version;
        writer.BeginSection();
        writer.Counts(_countsOf);
        writer.EndSection(FrameSection.Counts);
    }

    private void WriteRows(FrameWriter writer)
    {
        writer.BeginSection();
        foreach (var entry in _rows)
        {
            ref readonly var slot = ref view.SlotOf(entry >> 1);
            if ((entry & 1) != 0 || slot.IntroducedAt > _seen)
                writer.Introduction(entry >> 1, slot.Row, view.PersonNameOf(slot.Row));
        }
        writer.EndSection(FrameSection.Introductions);
        writer.BeginSection();
        foreach (var entry in _rows)
        {
            ref readonly var slot = ref view.SlotOf(entry >> 1);
            if ((entry & 1) != 0 || slot.ChangedBeforeAt > _seen)
                writer.Fresh(entry >> 1, WireRow.Of(slot.Row));
            else
                writer.Changed(entry >> 1, slot.Before, WireRow.Of(slot.Row));
        }
        writer.EndSection(FrameSection.Rows);
        writer.BeginSection();
        foreach (var handle in _gone)
            writer.Handle(handle);
        writer.EndSection(FrameSection.Gone);
    }

    private void WriteClusters(FrameWriter writer, DateTimeOffset now)
    {
        var level = _scope!.Viewport?.ClusterLevel() ?? 3;
        var layer = view.ClustersOf(_scope.Fleets, level, now);
        writer.BeginSection();
        layer.Write(writer, _scope.Viewport);
        writer.EndSection(FrameSection.Clusters);
        (_areClustersDue, _clustersAt, _clustersHead) = (false, now, layer.Head);
    }

    private void WriteChosen(FrameWriter writer)
    {
        writer.BeginSection();
        if (_chosen is { } device && view.HandleOf(device) is { } handle && seen.Contains(view.SlotOf(handle).Row.Fleet))
            writer.Raw(describe(view.SlotOf(handle).Row));
        else
            writer.Raw("null"u8);
        writer.EndSection(FrameSection.Chosen);
        (_isChosenDue, _chosenAt) = (false, view.Changes.Head);
    }

    private void WriteToken(FrameWriter writer, DateTimeOffset now)
    {
        writer.BeginSection();
        writer.Raw(Encoding.ASCII.GetBytes(ResumeToken.Of(view, _scope!, _limit, _seen).ToString()));
        writer.EndSection(FrameSection.Resume);
        (_isTokenDue, _tokenAt) = (false, now);
    }
}
