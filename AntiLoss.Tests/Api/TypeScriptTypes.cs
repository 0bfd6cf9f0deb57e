using System.Text.RegularExpressions;

namespace AntiLoss.Tests.Api;

/// <summary>
/// What of TypeScript the console's types of the API are written in: interfaces, aliases, object types, arrays, unions
/// with literals and null. Anything else is of the kind "any".
/// </summary>
internal sealed partial class TypeScriptTypes
{
    private readonly Dictionary<string, (ImmutableArray<string> Parameters, Func<TypeScriptType> Read)> _known = [];
    private readonly Dictionary<string, TypeScriptType> _bound = [];

    public TypeScriptTypes(IEnumerable<string> sources)
    {
        foreach (var source in sources.Select(text => Comment().Replace(text, "")))
        {
            foreach (Match found in Interface().Matches(source))
            {
                var at = found.Index + found.Length - 1;
                var parent = found.Groups["parent"].Value;
                _known[found.Groups["name"].Value] = (
                    [.. found.Groups["parameter"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
                    () => Extend(parent.Length > 0 ? Read(parent) : null, Read(source, at).Type));
            }
            foreach (Match found in Alias().Matches(source))
                _known[found.Groups["name"].Value] = ([], () => Read(source, found.Index + found.Length).Type);
        }
    }

    public TypeScriptType Read(string text) => Read(text, 0).Type;

    /// <summary>The type that begins at a place of a text, and the place after it.</summary>
    public (TypeScriptType Type, int End) Read(string text, int at)
    {
        var cursor = new Cursor(text, at);
        return (Union(cursor), cursor.At);
    }

    private static TypeScriptType Extend(TypeScriptType? parent, TypeScriptType own) =>
        parent is null ? own : own with { Fields = parent.Fields.SetItems(own.Fields) };

    private TypeScriptType Union(Cursor cursor)
    {
        cursor.Take("|");
        var parts = new List<TypeScriptType>();
        do
            parts.Add(Postfix(cursor));
        while (cursor.Take("|") || cursor.Take("&"));
        var rest = parts.Where(part => part.Kind != "null").ToList();
        var kind = rest.Select(part => part.Kind).Distinct().ToList() is [var one] ? one : "any";
        // Of an intersection, the fields of both.
        var fields = rest.Aggregate(ImmutableSortedDictionary<string, TypeScriptType>.Empty, (all, part) => all.SetItems(part.Fields));
        return new TypeScriptType(kind, parts.Exists(part => part.MayBeNull), fields, rest.FirstOrDefault()?.Element);
    }

    private TypeScriptType Postfix(Cursor cursor)
    {
        var type = Primary(cursor);
        while (true)
        {
            if (cursor.Take("[]"))
                type = TypeScriptType.Of("array") with { Element = type };
            else if (cursor.TakePattern(Index()) is not null)
                type = TypeScriptType.Any;
            else
                return type;
        }
    }

    private TypeScriptType Primary(Cursor cursor)
    {
        if (cursor.Take("{"))
            return Object(cursor);
        if (cursor.Take("["))
            return Tuple(cursor);
        if (cursor.TakePattern(Literal()) is not null)
            return TypeScriptType.Of("string");
        if (cursor.TakePattern(TypeOf()) is not null)
            return TypeScriptType.Of("string");
        var name = cursor.TakePattern(Name()) ?? throw new FormatException($"No type that is known here: {cursor}");
        var arguments = new List<TypeScriptType>();
        if (cursor.Take("<"))
        {
            do
                arguments.Add(Union(cursor));
            while (cursor.Take(","));
            cursor.Need(">");
        }
        return Named(name, arguments);
    }

    private TypeScriptType Named(string name, List<TypeScriptType> arguments)
    {
        if (name is "string" or "number" or "boolean")
            return TypeScriptType.Of(name);
        if (name == "null")
            return TypeScriptType.Of("null") with { MayBeNull = true };
        if (_bound.TryGetValue(name, out var bound))
            return bound;
        if (!_known.TryGetValue(name, out var known))
            return TypeScriptType.Any;
        foreach (var (parameter, argument) in known.Parameters.Zip(arguments))
            _bound[parameter] = argument;
        var read = known.Read();
        foreach (var parameter in known.Parameters)
            _bound.Remove(parameter);
        return read;
    }

    private TypeScriptType Object(Cursor cursor)
    {
        var fields = ImmutableSortedDictionary.CreateBuilder<string, TypeScriptType>(StringComparer.Ordinal);
        while (!cursor.Take("}"))
        {
            cursor.TakePattern(ReadOnly());
            var name = cursor.TakePattern(Name()) ?? throw new FormatException($"No field that is known here: {cursor}");
            cursor.Take("?");
            cursor.Need(":");
            fields[name] = Union(cursor);
            cursor.Take(";");
        }
        return new TypeScriptType("object", false, fields.ToImmutable(), null);
    }

    private TypeScriptType Tuple(Cursor cursor)
    {
        var element = Union(cursor);
        while (cursor.Take(","))
            Union(cursor);
        cursor.Need("]");
        return TypeScriptType.Of("array") with { Element = element };
    }

    [GeneratedRegex(@"/\*.*?\*/|^\s*//.*?$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"export interface (?<name>\w+)(?:<(?<parameter>[\w, ]+)>)?(?: extends (?<parent>\w+))? \{")]
    private static partial Regex Interface();

    [GeneratedRegex(@"export type (?<name>\w+) =")]
    private static partial Regex Alias();

    [GeneratedRegex(@"\G\s*'[^']*'")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\G\s*\(typeof \w+\)")]
    private static partial Regex TypeOf();

    [GeneratedRegex(@"\G\[(?:'\w+'|number)\]")]
    private static partial Regex Index();

    [GeneratedRegex(@"\G\s*readonly\b")]
    private static partial Regex ReadOnly();

    [GeneratedRegex(@"\G\s*\w+")]
    private static partial Regex Name();

    private sealed class Cursor(string text, int at)
    {
        public int At { get; private set; } = at;

        public bool Take(string wanted)
        {
            var next = At;
            while (next < text.Length && char.IsWhiteSpace(text[next]))
                next++;
            if (!text.AsSpan(next).StartsWith(wanted, StringComparison.Ordinal))
                return false;
            At = next + wanted.Length;
            return true;
        }

        public void Need(string wanted)
        {
            if (!Take(wanted))
                throw new FormatException($"'{wanted}' is missing here: {this}");
        }

        public string? TakePattern(Regex pattern)
        {
            var match = pattern.Match(text, At);
            if (!match.Success)
                return null;
            At += match.Length;
            return match.Value.Trim();
        }

        public override string ToString() => text[At..Math.Min(text.Length, At + 60)];
    }
}

/// <param name="Kind">string, number, boolean, object, array, null, or any for what is not looked into.</param>
internal sealed record TypeScriptType(string Kind, bool MayBeNull, ImmutableSortedDictionary<string, TypeScriptType> Fields, TypeScriptType? Element)
{
    public static readonly TypeScriptType Any = Of("any");

    public static TypeScriptType Of(string kind) => new(kind, false, ImmutableSortedDictionary<string, TypeScriptType>.Empty, null);
}
