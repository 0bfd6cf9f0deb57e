using System.Globalization;
using AntiLoss.Domain.Guards;
using AntiLoss.Grains.Fleets;

namespace AntiLoss.Web.Accounts;

/// <summary>Who acts on phones, between callers, accounts and the names that people read.</summary>
internal static class Operators
{
    /// <summary>The caller as a phone's log keeps it: with what decides whether it may be the second of two people.</summary>
    public static Operator Of(Caller caller, Organization organization) =>
        organization.Accounts.FirstOrDefault(account => Id(account.Number) == caller.Account) is { } account && caller.Session is not null
            ? Of(account, caller.Session)
            : new Operator(caller.Account);

    /// <summary>The name of whoever an audit entry, a command or an alert names: an account's or a key's, or the word itself.</summary>
    public static string NameOf(string actor, Organization organization) =>
        organization.Accounts.FirstOrDefault(account => Id(account.Number) == actor)?.Email
        ?? organization.ApiKeys.FirstOrDefault(key => "key-" + Id(key.Number) == actor)?.Name
        ?? actor;

    /// <summary>The number of the caller's account; null for an API key, which is no person.</summary>
    public static int? NumberOf(Caller caller) =>
        caller.Session is not null && int.TryParse(caller.Account, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Whether anybody else could agree to what this person asks for on a phone of a fleet.</summary>
    public static bool HasSecond(Operator first, Organization organization, int fleet, DateTimeOffset at) =>
        organization.Accounts.Any(account => account.Rights.HasFlag(Rights.Act) && account.Scope.Contains(fleet) && Of(account, "a session of its own").RefusalBeside(first, at) is null);

    private static Operator Of(Account account, string session) =>
        new(Id(account.Number), session, account.CreatedAt, account.MadeBy is { } maker ? Id(maker) : null);

    private static string Id(int number) => number.ToString(CultureInfo.InvariantCulture);
}
