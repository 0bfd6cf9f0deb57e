using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Tracks;
using AntiLoss.Web.Accounts;
using AntiLoss.Web.Api;
using AntiLoss.Web.Api.Positions;
using AntiLoss.Web.Live;
using CsCheck;

namespace AntiLoss.Tests.Api;

public sealed class WritingTests
{
    private static readonly TrackFix _fix = new()
    {
        FixedAtMs = DateTimeOffset.Parse("2026-11-25T08:00:00.250Z", null).ToUnixTimeMilliseconds(),
        Place = new GeoPoint(48_208_176, -16_373_819),
        ReceivedAtS = DateTimeOffset.Parse("2026-11-25T08:00:01Z", null).ToUnixTimeSeconds(),
        AccuracyMetres = 5,
        SpeedDecimetresPerSecond = 125,
        AltitudeMetres = -3,
        Trigger = '=',
    };

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+43", "'+43")]
    [InlineData("-x", "'-x")]
    [InlineData("@a", "'@a")]
    [InlineData("\tx", "'\tx")]
    [InlineData("\nx", "'\nx")]
    [InlineData("＝1+1", "'＝1+1")]
    [InlineData("plain", "plain")]
    [InlineData("'plain", "'plain")]
    public void A_cell_that_a_spreadsheet_would_run_is_guarded(string text, string cell) => Assert.Equal(cell, CsvCells.Safe(text));

    [Fact]
    public void Reading_a_cell_gives_the_text_that_was_written() =>
        Gen.Char["'=+-@＝\t\n\rab"].Array[0, 6].Select(characters => new string(characters)).Sample(text => CsvCells.Read(CsvCells.Safe(text)) == text);

    [Fact]
    public void A_row_has_its_times_on_the_clock_that_was_asked_for()
    {
        using var json = JsonDocument.Parse(Written("ndjson", "Asia/Shanghai"));
        Assert.Equal("2026-11-25T16:00:00.250+08:00", json.RootElement.GetProperty("time").GetString());
        Assert.Equal(-16.373819, json.RootElement.GetProperty("longitude").GetDouble());
        Assert.Equal(12.5, json.RootElement.GetProperty("speed").GetDouble());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("flagged").ValueKind);
        Assert.False(json.RootElement.GetProperty("late").GetBoolean());
    }

    [Fact]
    public void Gpx_is_well_formed_and_leaves_doubtful_positions_out()
    {
        var document = XDocument.Parse(Written("gpx", "UTC", _fix with { Flag = FixFlag.Teleport }));
        XNamespace gpx = "http://www.topografix.com/GPX/1/1";
        var point = Assert.Single(document.Descendants(gpx + "trkpt"));
        Assert.Equal("-16.373819", point.Attribute("lon")!.Value);
        Assert.Equal("2026-11-25T08:00:00.250Z", point.Element(gpx + "time")!.Value);
        Assert.Equal("<Phone & \"co\">", document.Descendants(gpx + "name").Single().Value);
    }

    [Fact]
    public void GeoJson_is_one_feature_a_position()
    {
        using var json = JsonDocument.Parse(Written("geojson", "UTC", _fix with { FixedAtMs = 0, Flag = FixFlag.Impossible }));
        var features = json.RootElement.GetProperty("features").EnumerateArray().ToList();
        Assert.Equal(2, features.Count);
        Assert.Equal("[-16.373819,48.208176,-3]", features[0].GetProperty("geometry").GetProperty("coordinates").GetRawText());
        Assert.Equal("impossible", features[1].GetProperty("properties").GetProperty("flagged").GetString());
    }

    [Fact]
    public void Csv_guards_the_one_cell_that_a_phone_chooses()
    {
        var lines = Written("csv", "UTC").Split("\r\n");
        Assert.Equal(lines[0].Split(',').Length, lines[1].Split(',').Length);
        Assert.Contains(",'=,", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-11-25T08:00:00Z", null, "2026-11-25T08:00:00Z")]
    [InlineData("2026-11-25T08:00:00 02:00", null, "2026-11-25T06:00:00Z")]
    [InlineData("2026-11-25T08:00:00", "Asia/Shanghai", "2026-11-25T00:00:00Z")]
    [InlineData("2026-11-25", null, "2026-11-25T00:00:00Z")]
    [InlineData("yesterday", null, null)]
    [InlineData("12", null, null)]
    public void A_moment_is_read_on_the_clock_that_it_names(string text, string? zone, string? moment)
    {
        var errors = new FieldErrors();
        var read = errors.Moment("since", text, zone is null ? null : TimeZoneInfo.FindSystemTimeZoneById(zone));
        Assert.Equal(moment is null ? null : DateTimeOffset.Parse(moment, null), read);
        Assert.Equal(moment is null, errors.ByField.ContainsKey("since"));
    }

    [Fact]
    public void A_cursor_reads_back()
    {
        var cursor = PositionCursor.Of(_fix);
        Assert.Equal(cursor, PositionCursor.Parse(cursor.ToString()));
        foreach (var text in new[] { "nonsense", "zzz", "1_2", "!!", "\0", new string('!', 22), cursor + "A" })
        {
            Assert.Null(PositionCursor.Parse(text));
            Assert.Null(ResumeToken.Parse(text));
        }
        Assert.Null(ResumeToken.Parse(new string('!', 27)));
    }

    [Fact]
    public void A_password_is_known_again_and_another_is_not()
    {
        var passwords = new Passwords();
        var account = new Grains.Fleets.Account(1, "a@example.com", "A", passwords.Hash("a long enough passphrase"), false);
        Assert.True(passwords.Verify(account, "a long enough passphrase"));
        Assert.False(passwords.Verify(account, "another"));
        Assert.False(passwords.Verify(null, "a long enough passphrase"));
    }

    private static string Written(string format, string zone, params TrackFix[] more)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = PositionFormat.Of(format, "<Phone & \"co\">", TimeZoneInfo.FindSystemTimeZoneById(zone))!;
        writer.Begin(output);
        foreach (var fix in (TrackFix[])[_fix, .. more])
            writer.Write(output, fix);
        writer.End(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
