using System.Net;
using AntiLoss.Web.Accounts;
using Microsoft.Extensions.Time.Testing;

namespace AntiLoss.Tests.Api;

public sealed class SignInThrottleTests
{
    private const string Email = "owner@example.com";

    private readonly FakeTimeProvider _time = new();
    private readonly SignInThrottle _throttle;

    public SignInThrottleTests() => _throttle = new SignInThrottle(_time);

    [Fact]
    public void The_wait_doubles_with_each_failure_and_ends_at_a_minute()
    {
        var waits = new List<double>();
        for (var i = 0; i < 16; i++)
        {
            while (!_throttle.TryBegin(Email, IPAddress.Parse($"10.0.0.{i}"), null, out var wait))
            {
                waits.Add(wait.TotalSeconds);
                _time.Advance(wait);
            }
        }
        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60], waits);
    }

    [Fact]
    public void A_browser_that_has_signed_in_before_does_not_wait_for_a_stranger()
    {
        for (var i = 0; i < 5; i++)
            Assert.True(_throttle.TryBegin(Email, IPAddress.Loopback, null, out _));
        Assert.False(_throttle.TryBegin(Email, IPAddress.Loopback, null, out _));
        Assert.True(_throttle.TryBegin(Email, IPAddress.Loopback, "mark", out _));
    }

    [Fact]
    public void An_address_that_tries_many_accounts_waits()
    {
        for (var i = 0; i < 20; i++)
            Assert.True(_throttle.TryBegin($"{i}@example.com", IPAddress.Parse("2001:db8::1"), null, out _));
        Assert.False(_throttle.TryBegin("other@example.com", IPAddress.Parse("2001:db8::2"), null, out _));
        Assert.True(_throttle.TryBegin("other@example.com", IPAddress.Parse("10.0.0.1"), null, out _));
    }

    [Fact]
    public void Success_forgives_the_account_its_failures()
    {
        for (var i = 0; i < 4; i++)
            Assert.True(_throttle.TryBegin(Email, IPAddress.Loopback, null, out _));
        _throttle.Succeeded(Email, IPAddress.Loopback, null);
        for (var i = 0; i < 5; i++)
            Assert.True(_throttle.TryBegin(Email, IPAddress.Loopback, null, out _));
    }
}
