using System.Text.Json;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Reports;

namespace AntiLoss.Web.Ingest.Protocols;

/// <summary>The kinds of message in OwnTracks' JSON that mean something to us.</summary>
internal enum OwnTracksType
{
    /// <summary>No <c>_type</c> at all: the apps themselves ignore such an object.</summary>
    None,
    Location,
    Transition,
    LastWill,
    Status,
    Waypoint,
    Waypoints,
    Steps,
    Beacon,
    Request,
    Encrypted,

    /// <summary>Known, and nothing to us: a card, a command's echo; or nothing we may keep, since it holds passwords.</summary>
    Ignored,
    Other,
}

/// <summary>
/// One OwnTracks object as far as a location needs it, read in one pass without allocation but for the message id,
/// because <c>_type</c> may come last.
/// </summary>
internal ref struct OwnTracksFields
{
    private const double KilometresPerHourInMetrePerSecond = 3.6;
    private const int MaxMessageIdLength = 40;

    private double? _latitude, _longitude, _accuracy, _altitude, _speed, _course, _battery, _createdAt;
    private bool? _charging;
    private Bearer _bearer;
    private string? _messageId;

    public OwnTracksType Type { get; private set; }

    /// <summary>The fix time, as the phone wrote it.</summary>
    public double? Time { get; private set; }

    public char Trigger { get; private set; }

    /// <summary>A field that is there and is no number although nothing can be made of the message without it.</summary>
    public string? WrongField { get; private set; }

    /// <summary>Reads the object that the reader stands at the start of, to its end.</summary>
    public static OwnTracksFields Read(ref Utf8JsonReader reader)
    {
        var fields = default(OwnTracksFields);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            _ = reader.Read();
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                reader.Skip();
            else
                fields.Take(name, reader);
        }
        return fields;
    }

    /// <summary>The base64 text of an encrypted object; null if there is none.</summary>
    public static byte[]? SealedText(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        byte[]? text = null;
        _ = reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isData = reader.ValueTextEquals("data"u8);
            _ = reader.Read();
            if (isData && reader.TokenType == JsonTokenType.String)
            {
                text = new byte[reader.ValueSpan.Length];
                Array.Resize(ref text, reader.CopyString(text));
            }
            reader.Skip();
        }
        return text;
    }

    private void Take(ReadOnlySpan<byte> name, in Utf8JsonReader reader)
    {
        switch (name)
        {
            case [(byte)'l', (byte)'a', (byte)'t']: _latitude = Needed("lat", reader); break;
            case [(byte)'l', (byte)'o', (byte)'n']: _longitude = Needed("lon", reader); break;
            case [(byte)'t', (byte)'s', (byte)'t']: Time = Needed("tst", reader); break;
            case [(byte)'a', (byte)'c', (byte)'c']: _accuracy = Lenient.Number(reader); break;
            case [(byte)'a', (byte)'l', (byte)'t']: _altitude = Lenient.Number(reader); break;
            case [(byte)'v', (byte)'e', (byte)'l']: _speed = Lenient.Number(reader); break;
            case [(byte)'c', (byte)'o', (byte)'g']: _course = Lenient.Number(reader); break;
            case [(byte)'b', (byte)'s']: _charging = ChargingOf(Lenient.Number(reader)); break;
            case [(byte)'t']: Trigger = CharacterOf(reader); break;
            case [(byte)'_', (byte)'i', (byte)'d']: _messageId = MessageIdOf(reader); break;
            default: TakeLonger(name, reader); break;
        }
    }

    private void TakeLonger(ReadOnlySpan<byte> name, in Utf8JsonReader reader)
    {
        if (name.SequenceEqual("_type"u8))
            Type = TypeOf(reader);
        else if (name.SequenceEqual("batt"u8))
            _battery = Lenient.Number(reader);
        else if (name.SequenceEqual("conn"u8))
            _bearer = BearerOf(CharacterOf(reader));
        else if (name.SequenceEqual("created_at"u8))
            _createdAt = Lenient.Number(reader);
    }

    private double? Needed(string field, in Utf8JsonReader reader)
    {
        var number = Lenient.Number(reader);
        if (number is null && reader.TokenType != JsonTokenType.Null)
            WrongField ??= field;
        return number;
    }

    /// <summary>The report of a location: a fix, or a ping, or a contact where the time or the place is missing.</summary>
    public readonly Report ToLocation()
    {
        var report = ToReport(ReportKind.Position);
        return report.FixedAt is null || report.Place is null ? report with { Kind = ReportKind.Contact }
            : Trigger == 'p' ? report with { Kind = ReportKind.Ping }
            : report;
    }

    public readonly Report ToReport(ReportKind kind) => new()
    {
        Kind = kind,
        FixedAt = Lenient.UnixTime(Time),
        SentAt = Lenient.UnixTime(_createdAt),
        Place = Place(),
        AccuracyMetres = Lenient.NotNegative(_accuracy),
        SpeedMetresPerSecond = Lenient.NotNegative(_speed) / KilometresPerHourInMetrePerSecond,
        CourseDegrees = Lenient.Course(_course),
        AltitudeMetres = _altitude,
        BatteryPercent = Lenient.Percent(_battery),
        Charging = _charging,
        Bearer = _bearer,
        Trigger = Trigger,
        MessageId = _messageId,
    };

    private readonly GeoPoint? Place() =>
        _latitude is null && _longitude is null ? null : GeoPoint.From(_latitude ?? 0, _longitude ?? 0);

    private static bool? ChargingOf(double? state) => state switch
    {
        1 => false,
        2 or 3 => true,
        _ => null,
    };

    private static Bearer BearerOf(char connection) => connection switch
    {
        'w' => Bearer.Wifi,
        'm' => Bearer.Mobile,
        'o' => Bearer.None,
        _ => Bearer.Unknown,
    };

    private static char CharacterOf(in Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && reader.ValueSpan is [var character] && character is > 32 and < 127
            ? (char)character
            : '\0';

    private static string? MessageIdOf(in Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length is > 0 and <= MaxMessageIdLength ? reader.GetString() : null;

    private static OwnTracksType TypeOf(in Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
            return OwnTracksType.Other;
        var name = reader.ValueSpan;
        return name.SequenceEqual("location"u8) ? OwnTracksType.Location
            : name.SequenceEqual("encrypted"u8) ? OwnTracksType.Encrypted
            : reader.GetString() switch
            {
                "transition" => OwnTracksType.Transition,
                "lwt" => OwnTracksType.LastWill,
                "status" => OwnTracksType.Status,
                "waypoint" => OwnTracksType.Waypoint,
                "waypoints" => OwnTracksType.Waypoints,
                "steps" => OwnTracksType.Steps,
                "beacon" => OwnTracksType.Beacon,
                "request" => OwnTracksType.Request,
                "card" or "cmd" or "configuration" or "dump" => OwnTracksType.Ignored,
                _ => OwnTracksType.Other,
            };
    }
}
