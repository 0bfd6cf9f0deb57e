using System.Net.Mail;
using AntiLoss.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>
/// Reads the fields of a request and collects what is wrong with them, each under the field's name: a client learns of
/// everything at once.
/// </summary>
internal sealed class FieldErrors
{
    public const int LongestName = 100;
    private const int LongestEmail = 254;
    private const int MostTags = 20;
    private const int LongestTag = 50;

    private readonly Dictionary<string, string[]> _errors = [];

    public bool Any => _errors.Count > 0;

    /// <summary>What is wrong, by field.</summary>
    public IReadOnlyDictionary<string, string[]> ByField => _errors;

    /// <summary>The answer 400 with everything that was collected.</summary>
    public ValidationProblem ToProblem() => TypedResults.ValidationProblem(_errors);

    /// <summary>The answer 400 for a single field.</summary>
    public static ValidationProblem Problem(string field, string message)
    {
        var errors = new FieldErrors();
        errors.Add(field, message);
        return errors.ToProblem();
    }

    public void Add(string field, string message) =>
        _errors[field] = _errors.TryGetValue(field, out var before) ? [.. before, message] : [message];

    /// <summary>A name that must be there: 1 to 100 characters, none of them a control character.</summary>
    public string Name(string field, string? value) => RequiredText(field, value, LongestName);

    /// <summary>A text that must be there.</summary>
    public string RequiredText(string field, string? value, int longest)
    {
        if (Text(field, value, longest) is { } text)
            return text;
        Add(field, "is missing");
        return "";
    }

    /// <summary>A name that may be left out; an empty one is refused.</summary>
    public string? OptionalName(string field, string? value) => value is null ? null : Name(field, value);

    /// <summary>A text that may be left out or empty, both read as null.</summary>
    public string? Text(string field, string? value, int longest)
    {
        if (string.IsNullOrWhiteSpace(value))
            return null;
        value = value.Trim();
        if (value.Length > longest)
            Add(field, $"has {value.Length} characters; at most {longest} are allowed");
        else if (value.Any(char.IsControl))
            Add(field, "holds a control character");
        return value;
    }

    /// <summary>An address that must be there, in lower case.</summary>
    public string Email(string field, string? value)
    {
        if (OptionalEmail(field, value) is { } email)
            return email;
        if (!_errors.ContainsKey(field))
            Add(field, "is missing");
        return "";
    }

    /// <summary>An address that may be left out or empty, in lower case.</summary>
    public string? OptionalEmail(string field, string? value)
    {
        if (Text(field, value, LongestEmail) is not { } text)
            return null;
        if (!MailAddress.TryCreate(text, out var address) || address.Address != text)
            Add(field, "is no e-mail address");
        return SignIn.Normal(text);
    }

    /// <summary>A new password.</summary>
    public string Password(string field, string? value)
    {
        if (value is null or { Length: < Passwords.ShortestLength })
            Add(field, $"must have at least {Passwords.ShortestLength} characters");
        else if (value.Length > Passwords.LongestLength)
            Add(field, $"has {value.Length} characters; at most {Passwords.LongestLength} are allowed");
        return value ?? "";
    }

    /// <summary>An IANA time zone that may be left out.</summary>
    public TimeZoneInfo? TimeZone(string field, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return null;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(value, out var zone))
            return zone;
        Add(field, $"'{Shortened(value)}' is no time zone; an IANA name like Europe/Vienna is expected");
        return null;
    }

    /// <summary>A country that may be left out: ISO 3166 alpha-2, in capital letters.</summary>
    public string? Country(string field, string? value)
    {
        if (Text(field, value, LongestName) is not { } text)
            return null;
        if (text is [var first, var second] && char.IsAsciiLetter(first) && char.IsAsciiLetter(second))
            return text.ToUpperInvariant();
        Add(field, "is no country: two letters, such as CN");
        return null;
    }

    /// <summary>An IMEI that may be left out; spaces and dashes are taken out.</summary>
    public string? Imei(string field, string? value)
    {
        if (Text(field, value, 40) is not { } text)
            return null;
        if (Domain.Identity.Imei.TryParse(text, out var imei))
            return imei.Value;
        Add(field, "is no IMEI: 15 digits, the last of which is a check digit");
        return text;
    }

    public ImmutableArray<string> Tags(string field, IReadOnlyList<string>? value)
    {
        if (value is null or { Count: 0 })
            return [];
        if (value.Count > MostTags)
            Add(field, $"has {value.Count} tags; at most {MostTags} are allowed");
        return [.. value.Take(MostTags).Select(tag => Text(field, tag, LongestTag)).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>The moment from which on a phone's fixes are believed; between the years 1970 and 2100.</summary>
    public DateTimeOffset? Since(string field, string? value)
    {
        var since = this.Moment(field, value);
        if (since is { } moment && moment.UtcDateTime.Year is < 1970 or > 2100)
            Add(field, "must lie between the years 1970 and 2100");
        return since;
    }

    /// <summary>What a message may quote of something that a client sent.</summary>
    public static string Shortened(string value) => value.Length <= 60 ? value : value[..60] + "…";
}
