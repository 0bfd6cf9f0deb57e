using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Guards;
using AntiLoss.Grains.Admissions;

namespace AntiLoss.Tests.Agents;

/// <summary>Who joins by a token, and who waits.</summary>
public sealed class AdmissionBookTests
{
    private const int Phones = 1_000;
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(56);

    [Fact]
    public void A_thousand_phones_join_each_counted_once_and_the_next_waits()
    {
        var book = WithToken(Phones);
        for (var i = 0; i < 2 * Phones; i++)
            Assert.Equal(JoinVerdict.Joins, Join(ref book, $"key {i % Phones}", $"SN-{i % Phones}"));
        Assert.Equal(Phones, book.Tokens.Single().Phones);
        Waits(ref book, WaitReason.Full, "key x", "SN-x");

        book = book.Decide("key x", admitted: true, "olga", Now)!;
        Assert.Equal(JoinVerdict.Joins, Join(ref book, "key x", "SN-x"));
        Assert.Null(book.Decide("key x", admitted: false, "olga", Now));
    }

    [Fact]
    public void An_unlisted_a_late_a_second_and_a_revoked_one_wait_and_a_stranger_s_token_is_none()
    {
        var book = WithToken(Phones);
        Waits(ref book, WaitReason.Unlisted, "a", "other");
        Waits(ref book, WaitReason.Lapsed, "b", "SN-1", Now.AddDays(1));
        Assert.Equal(JoinVerdict.Joins, Join(ref book, "c", "SN-1"));
        Waits(ref book, WaitReason.Known, "d", "SN-1");
        book = book.Revoke(1, "olga", Now)!;
        Waits(ref book, WaitReason.Revoked, "e", "SN-2");
        Assert.Equal(JoinVerdict.Joins, Join(ref book, "c", "SN-1"));
        Assert.Equal(JoinVerdict.UnknownToken, book.Join(Request("f", "SN-3") with { TokenHash = "guess" }, _ => true, Now).Answer.Verdict);
        book = book.Decide("a", admitted: false, "olga", Now)!;
        Assert.Equal(JoinVerdict.Refused, Join(ref book, "a", "other"));
    }

    [Fact]
    public void Nobody_who_waits_is_forgotten_and_what_was_decided_makes_room()
    {
        var book = WithToken(Phones);
        for (var i = 0; i < AdmissionBook.MostWaiting; i++)
            Assert.Equal(JoinVerdict.Waits, Join(ref book, $"key {i}", "other", Now.AddSeconds(-i)));
        Assert.Equal(JoinVerdict.Crowded, Join(ref book, "one more", "other"));
        book = book.Decide("key 7", admitted: false, "olga", Now)!;
        Assert.Equal(JoinVerdict.Waits, Join(ref book, "one more", "other"));
        Assert.Equal(AdmissionBook.MostWaiting, book.Waiting.Count);
        Assert.DoesNotContain("key 7", book.Waiting.Keys);

        for (var i = 1; i < AdmissionBook.MostTokens; i++)
            book = book.With(Token(1))!;
        Assert.Null(book.With(Token(1)));
        Assert.Equal(AdmissionBook.MostTokens + 1, book.Revoke(3, "olga", Now)!.With(Token(1))!.Tokens[^1].Number);
    }

    [Fact]
    public void A_lost_phone_waits_whatever_one_operator_says_and_a_wiped_or_retired_one_for_that_word()
    {
        var book = WithToken(Phones);
        foreach (var kept in (Protection[])[Protection.Lost, Protection.Wiped, Protection.Retired])
        {
            var request = Request($"{kept}", "SN-1") with { Kept = kept };
            (book, _) = book.Join(request, _ => true, Now);
            Assert.Equal(WaitReason.Held, book.Waiting[$"{kept}"].Reason);
            book = book.Decide($"{kept}", admitted: true, "olga", Now)!;
            Assert.Equal(kept == Protection.Lost ? JoinVerdict.Waits : JoinVerdict.Joins, book.Join(request, _ => true, Now).Answer.Verdict);
        }
        // It was found meanwhile.
        Assert.Equal(JoinVerdict.Joins, Join(ref book, $"{Protection.Lost}", "SN-1"));
    }

    [Fact]
    public void Every_change_is_told_to_the_audit_once_and_a_repeat_not()
    {
        var book = WithToken(Phones);
        for (var i = 0; i < 2; i++)
        {
            Join(ref book, "a", "SN-1");
            Join(ref book, "b", "other");
        }
        book = book.Decide("b", admitted: true, "olga", Now)!.Revoke(1, "boris", Now)!.Revoke(1, "boris", Now)!;
        Assert.Equal(
            ["olga enrolment-token-made", "phone phone-joined", "phone phone-waits", "olga phone-admitted", "boris enrolment-token-revoked"],
            book.Untold.Select(entry => $"{entry.Actor} {entry.Action}"));
        Assert.Equal(book.Untold.Length, book.Untold.Select(entry => entry.Id).Distinct().Count());
        Assert.Empty(book.Told().Untold);
    }

    private static EnrolmentToken Token(int phones) => new(0, "depot", "hash", 1, phones, Now.AddDays(1), Now, "olga");

    private static AdmissionBook WithToken(int phones) => new AdmissionBook().With(Token(phones))!;

    private static JoinRequest Request(string key, string serial) => new("hash", key, null, serial, AgentKind.DeviceOwner, "test agent 1");

    private static JoinVerdict Join(ref AdmissionBook book, string key, string serial, DateTimeOffset? at = null)
    {
        (book, var answer) = book.Join(Request(key, serial), identifier => identifier.StartsWith("SN-", StringComparison.Ordinal), at ?? Now);
        return answer.Verdict;
    }

    private static void Waits(ref AdmissionBook book, WaitReason reason, string key, string serial, DateTimeOffset? at = null)
    {
        Assert.Equal(JoinVerdict.Waits, Join(ref book, key, serial, at));
        Assert.Equal(JoinVerdict.Waits, Join(ref book, key, serial, at));
        Assert.Equal(reason, book.Waiting[key].Reason);
    }
}
