using CsvHelper;

namespace AntiLoss.Web.Api;

/// <summary>
/// Makes text cells safe for spreadsheets, which run a cell that begins with one of <c>= + - @</c>, their full-width
/// forms, tab, line feed or carriage return as a formula: such a cell gets an apostrophe in front. Reading takes it off again, so that what was exported
/// can be imported unchanged. Numbers that we write ourselves are not text and stay as they are.
/// </summary>
internal static class CsvCells
{
    private const char Guard = '\'';

    public static string Safe(string? text) => text is { Length: > 0 } && NeedsGuard(text) ? Guard + text : text ?? "";

    /// <summary>
    /// Writes a text cell, safe. Quoted too where it holds what some languages' spreadsheets separate cells by: they would
    /// find another cell in it.
    /// </summary>
    public static void WriteText(this CsvWriter csv, string? text) =>
        csv.WriteField(Safe(text), text.AsSpan().ContainsAny(';', '\t') ? CsvQuoting.Always : CsvQuoting.WhenNeeded);

    public static string Read(string? cell) => cell is { Length: > 1 } && cell[0] == Guard && NeedsGuard(cell.AsSpan(1)) ? cell[1..] : cell ?? "";

    // A text that begins with our own guard and a formula is guarded too: otherwise reading would take too much off.
    private static bool NeedsGuard(ReadOnlySpan<char> text) =>
        text[0] is '=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠' or '\t' or '\n' or '\r' || (text[0] == Guard && text.Length > 1 && NeedsGuard(text[1..]));
}
