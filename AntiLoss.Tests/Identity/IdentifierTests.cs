using System.Text.Json;
using AntiLoss.Domain.Identity;
using AntiLoss.Tests.Support;
using CsCheck;

namespace AntiLoss.Tests.Identity;

public sealed class IdentifierTests
{
    [Fact]
    public void Every_published_identifier_is_read_as_its_vector_says()
    {
        foreach (var line in SharedData.Lines("vectors/identifiers.ndjson"))
        {
            using var json = JsonDocument.Parse(line);
            string Text(string name) => json.RootElement.GetProperty(name).GetString()!;
            var (kind, value, valid) = (Text("kind"), Text("value"), json.RootElement.GetProperty("valid").GetBoolean());
            var normalised = json.RootElement.TryGetProperty("normalised", out var form) ? form.GetString() : value;
            var read = kind switch
            {
                "imei" => Imei.TryParse(value, out var imei) ? imei.Value : null,
                "imsi" => Imsi.TryParse(value, out var imsi) ? imsi.Value : null,
                "eid" => Eid.TryParse(value, out var eid) ? eid.Value : null,
                // A wrong Luhn digit, which the vectors call invalid, is a warning here.
                "iccid" => Iccid.TryParse(value, out var iccid) && (valid || !iccid.HasWrongCheckDigit) ? iccid.Value : null,
                _ => valid ? normalised : null,
            };
            Assert.True(read == (valid ? normalised : null), $"{line}: read {read ?? "nothing"}");
        }
    }

    [Theory]
    [InlineData("8986001234567890123", true)]
    [InlineData("898600A1234567890123", false)] // a letter: no check digit is computed
    public void A_wrong_Luhn_digit_is_a_warning_and_never_a_refusal(string text, bool warns)
    {
        Assert.True(Iccid.TryParse(text, out var iccid));
        Assert.Equal(warns, iccid.HasWrongCheckDigit);
    }

    [Theory]
    [InlineData("89860A12345678901234")] // a letter among the issuer's digits
    [InlineData("89860012345678901")] // 17
    [InlineData("898600123456789012345")] // 21
    [InlineData("8986001234567890G20")]
    [InlineData("")]
    [InlineData(null)]
    public void What_no_card_is_numbered_is_refused(string? text) => Assert.False(Iccid.TryParse(text, out _));

    [Fact]
    public void Two_readings_that_differ_by_a_last_check_digit_are_one_card() =>
        Gen.Char['0', '9'].Array[18, 19].Sample(digits =>
        {
            var without = new string(digits);
            Assert.True(Iccid.TryParse(without, out var card));
            Assert.True(Iccid.TryParse(without + CheckDigits.LuhnOf(without), out var whole));
            Assert.True(card.IsSameCard(whole));
        });

    [Fact]
    public void Two_whole_numbers_that_differ_are_two_cards() =>
        Gen.Select(Gen.Char['0', '9'].Array[17], Gen.Int[0, 9], Gen.Int[0, 9]).Sample((digits, one, other) =>
        {
            Assert.True(Iccid.TryParse(WithCheck(new string(digits) + one), out var first));
            Assert.True(Iccid.TryParse(WithCheck(new string(digits) + other), out var second));
            Assert.Equal(one == other, first.IsSameCard(second));

            static string WithCheck(string text) => text + CheckDigits.LuhnOf(text);
        });
}
