using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.LoadTest.Agents;
using Microsoft.Extensions.Time.Testing;

namespace AntiLoss.Tests.Stories;

/// <summary>The simulated phone enforces the rules on its side, with no server's help.</summary>
public sealed class SimulatedPhoneTests : IAgentTransport
{
    private const string Pin = "246810";
    private static readonly Sim Own = new("8986001234567890120", "Own", "26201");
    private static readonly Sim Stranger = new("8949001234567890124", "Other", "26202");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
    private readonly List<OutboxItem> _received = [];
    private readonly Queue<Command> _commands = [];
    private bool _isReachable = true;
    private long _counter;

    private IEnumerable<AgentEvent> Said => _received.Where(item => item.Event is not null).Select(item => item.Event!);

    [Fact]
    public async Task The_back_off_grows_and_neither_a_reboot_nor_the_wall_clock_shortens_it()
    {
        var phone = await GuardedAsync();
        for (var i = 0; i < 5; i++)
            Assert.Equal(PadAnswer.Wrong, await phone.EnterPinAsync("wrong!"));
        Assert.Equal(PadAnswer.Shut, await phone.EnterPinAsync(Pin));

        phone.ClockError = TimeSpan.FromDays(1);
        Assert.Equal(PadAnswer.Shut, await phone.EnterPinAsync(Pin));
        _time.Advance(TimeSpan.FromSeconds(20));
        phone.CutPower();
        await phone.StartAsync();
        Assert.Equal(5, phone.PinFailures);
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(PadAnswer.Shut, await phone.EnterPinAsync(Pin));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(PadAnswer.Wrong, await phone.EnterPinAsync("wrong!"));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(PadAnswer.Shut, await phone.EnterPinAsync(Pin));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(PadAnswer.Right, await phone.EnterPinAsync(Pin));
        Assert.Equal(0, phone.PinFailures);
    }

    [Fact]
    public void A_power_cut_during_the_look_at_a_PIN_costs_the_try()
    {
        var memory = PinPadMemory.Empty;
        var pad = new PinPad([1], memory, written => memory = written);
        pad.SetPin(Pin);
        var cut = new PinPad([1], memory, written =>
        {
            memory = written;
            throw new IOException("the power went");
        });

        Assert.Throws<IOException>(() => cut.TryPin(Pin, TimeSpan.Zero));
        Assert.Equal(1, memory.Failures);
    }

    [Fact]
    public void After_a_hundred_wrong_PINs_only_a_code_helps()
    {
        var pad = new PinPad([1], PinPadMemory.Empty with { Failures = 100, Verifier = [1] }, _ => { });
        Assert.Equal(PadAnswer.Shut, pad.TryPin(Pin, TimeSpan.FromDays(365)));

        var challenge = pad.Challenge(RecoveryPurpose.EndLockout, TimeSpan.Zero);
        Assert.Equal(PadAnswer.Right, pad.TryCode(CodeOf(RecoveryPurpose.EndLockout, challenge), TimeSpan.Zero, CodeOf).Answer);
        Assert.Equal(PadAnswer.Wrong, pad.TryPin("wrong!", TimeSpan.Zero));
    }

    [Fact]
    public void A_challenge_is_void_after_15_minutes_and_five_wrong_codes_shut_the_door_for_an_hour()
    {
        var pad = new PinPad([1], PinPadMemory.Empty, _ => { });
        var code = CodeOf(RecoveryPurpose.NewPin, pad.Challenge(RecoveryPurpose.NewPin, TimeSpan.Zero));
        Assert.Equal(PadAnswer.Shut, pad.TryCode(code, TimeSpan.FromMinutes(15), CodeOf).Answer);

        var start = TimeSpan.FromMinutes(20);
        var challenge = pad.Challenge(RecoveryPurpose.NewPin, start);
        Assert.Equal(PadAnswer.Wrong, pad.TryCode(CodeOf(RecoveryPurpose.EndLockout, challenge), start, CodeOf).Answer);
        for (var i = 0; i < 4; i++)
            Assert.Equal(PadAnswer.Wrong, pad.TryCode("0", start, CodeOf).Answer);
        Assert.Equal(PadAnswer.Shut, pad.TryCode(CodeOf(RecoveryPurpose.NewPin, challenge), start, CodeOf).Answer);
        var reopened = start + TimeSpan.FromHours(1);
        var next = pad.Challenge(RecoveryPurpose.NewPin, reopened);
        Assert.Equal(PadAnswer.Right, pad.TryCode(CodeOf(RecoveryPurpose.NewPin, next), reopened, CodeOf).Answer);
        Assert.Equal(PadAnswer.Shut, pad.TryCode(CodeOf(RecoveryPurpose.NewPin, next), reopened, CodeOf).Answer);
    }

    [Fact]
    public async Task Without_the_PIN_the_menu_does_not_switch_it_off_and_with_it_for_a_minute()
    {
        var phone = await GuardedAsync();
        await phone.PressPowerAsync();
        Assert.False(await phone.SwitchOffAsync());
        Assert.Equal(PadAnswer.Right, await phone.EnterPinAsync(Pin));
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.False(await phone.SwitchOffAsync());

        await phone.PressPowerAsync();
        await phone.EnterPinAsync(Pin);
        Assert.True(await phone.SwitchOffAsync());
        Assert.Equal((false, true), (phone.IsOn, Said.Last() is PoweredOff { Authorised: true }));
    }

    [Fact]
    public async Task Lost_survives_a_restart_and_the_PIN_does_not_release_it()
    {
        var phone = await GuardedAsync();
        await SendAsync(phone, CommandKind.Lock);
        phone.CutPower();
        await phone.StartAsync();
        Assert.Equal((true, true), (phone.IsLost, phone.IsLocked));

        await phone.PressPowerAsync();
        Assert.Equal(PadAnswer.Right, await phone.EnterPinAsync(Pin));
        Assert.False(await phone.SwitchOffAsync());
        Assert.True(phone.IsLocked);
    }

    [Fact]
    public async Task A_tamper_locks_the_screen_offline_and_is_told_in_order_when_there_is_a_way()
    {
        var phone = await GuardedAsync();
        _isReachable = false;
        await phone.RemoveSimAsync();
        await phone.InsertSimAsync(Stranger);
        Assert.Equal((true, true), (phone.IsLocked, phone.IsSuspected));
        phone.CutPower();
        _isReachable = true;
        await phone.StartAsync();

        Assert.Equal(0, phone.Waiting);
        Assert.Equal(
            [typeof(SimGone), typeof(ScreenLockSet), typeof(SimSeen), typeof(LinkChanged), typeof(Booted)],
            Said.TakeLast(5).Select(said => said.GetType()));
        Assert.Equal(Enumerable.Range(1, _received.Count), _received.Select(item => (int)item.Sequence));
    }

    [Fact]
    public async Task A_guarded_phone_that_hears_nothing_for_a_day_locks_itself()
    {
        var phone = await GuardedAsync();
        _isReachable = false;
        _time.Advance(TimeSpan.FromHours(23));
        await phone.TickAsync();
        Assert.False(phone.IsLocked);
        _time.Advance(TimeSpan.FromHours(1));
        await phone.TickAsync();
        Assert.True(phone.IsLocked);
    }

    [Fact]
    public async Task A_command_is_executed_once_and_an_old_or_foreign_one_never()
    {
        var phone = await GuardedAsync();
        var ring = await SendAsync(phone, CommandKind.Ring);
        await SendAsync(phone, ring);
        Assert.Equal(1, phone.Rings);

        await SendAsync(phone, ring with { Id = "another id", Counter = ring.Counter });
        await SendAsync(phone, ring with { Id = "another phone's", Counter = ++_counter, Enrolment = 2 });
        await SendAsync(phone, ring with { Id = "too late", Counter = ++_counter, ExpiresAt = _time.GetUtcNow() });
        Assert.Equal(1, phone.Rings);
        Assert.Equal(["replayed", "wrong-enrolment", "expired"], Said.OfType<MessageRefused>().Select(refused => refused.Why));

        await SendAsync(phone, ring with { Id = "far ahead", Counter = _counter += 100 });
        await SendAsync(phone, ring with { Id = "overtaken", Counter = _counter - 63 });
        await SendAsync(phone, ring with { Id = "come back", Counter = _counter - 64 });
        Assert.Equal(3, phone.Rings);
    }

    [Fact]
    public async Task A_stranger_s_SIM_stays_disabled_after_five_wrong_PINs()
    {
        var phone = await GuardedAsync();
        await phone.RemoveSimAsync();
        await phone.InsertSimAsync(Stranger);
        for (var i = 0; i < 5; i++)
            await phone.EnterPinAsync("wrong!");

        Assert.DoesNotContain(Said, said => said is SimRefused);
        await phone.RemoveSimAsync();
        await phone.InsertSimAsync(Own);
        Assert.Contains(Said, said => said is SimRefused { Slot: 0 });
    }

    [Fact]
    public async Task An_agent_that_waits_for_the_first_unlock_says_nothing_before_it()
    {
        var phone = await GuardedAsync(silentUntilUnlocked: true);
        phone.CutPower();
        await phone.StartAsync();
        var before = _received.Count;
        _time.Advance(TimeSpan.FromHours(1));
        await phone.TickAsync();
        Assert.Equal(before, _received.Count);
        await phone.UnlockScreenAsync();
        await phone.TickAsync();
        Assert.True(_received.Count > before);
    }

    [Fact]
    public async Task A_flat_battery_ends_it_after_a_last_report()
    {
        var phone = await GuardedAsync();
        phone.SetBattery(6);
        phone.DrainPerHour = 4;
        while (phone.IsOn)
        {
            _time.Advance(phone.QuietFor + TimeSpan.FromSeconds(1));
            await phone.TickAsync();
        }
        Assert.Contains(_received, item => item.Report is { BatteryPercent: <= 5 });
        Assert.False(phone.IsOn);
        phone.SetBattery(50);
        await phone.StartAsync();
        Assert.Contains(Said, said => said is Booted { Reason: BootReason.FlatBattery });
    }

    [Fact]
    public async Task A_guarded_phone_refuses_airplane_mode()
    {
        var phone = await GuardedAsync();
        Assert.False(await phone.SetAirplaneAsync(true));
        Assert.False(phone.IsAirplane);
    }

    public Task<AgentReply?> ExchangeAsync(AgentMessage message, CancellationToken cancellationToken)
    {
        if (!_isReachable)
            return Task.FromResult<AgentReply?>(null);
        _received.AddRange(message.Items);
        return Task.FromResult<AgentReply?>(new AgentReply(message.Items[^1].Sequence, _commands.TryDequeue(out var command) ? [command] : []));
    }

    public Task<DevicePolicy> PolicyAsync(int version, CancellationToken cancellationToken) => Task.FromResult(DevicePolicy.Default);

    private static string CodeOf(RecoveryPurpose purpose, string challenge) => $"{purpose} {challenge}";

    private async Task<SimulatedPhone> GuardedAsync(bool silentUntilUnlocked = false)
    {
        var phone = new SimulatedPhone("Phone", this, _time, _ => true, 1, CodeOf) { IsSilentUntilUnlocked = silentUntilUnlocked };
        await phone.InsertSimAsync(Own);
        await phone.SetPinAsync(Pin);
        await SendAsync(phone, CommandKind.SetPolicy);
        return phone;
    }

    private async Task<Command> SendAsync(SimulatedPhone phone, CommandKind kind)
    {
        var command = new Command { Id = $"command {_counter + 1}", Kind = kind, By = "olga", Enrolment = 1, Counter = ++_counter, PolicyVersion = 1 };
        await SendAsync(phone, command);
        return command;
    }

    /// <summary>Gives it to the phone with the answer to its next report.</summary>
    private async Task SendAsync(SimulatedPhone phone, Command command)
    {
        _commands.Enqueue(command);
        await phone.CarryAsync(phone.Place);
        Assert.Empty(_commands);
    }
}
