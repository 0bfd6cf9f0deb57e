using AntiLoss.Grains.Fleets;
using AntiLoss.Web.Accounts;
using CsvHelper;

namespace AntiLoss.Web.Api;

/// <summary>A row that was not imported, and the field that is to blame.</summary>
/// <param name="Line">Line of the file, the header being 1.</param>
public sealed record ImportError(int Line, string Field, string Message);

/// <summary>A phone that was imported, with its credential, which is in this answer and nowhere else.</summary>
public sealed record ImportedDevice(int Line, string Id, string Name, string Credential);

/// <summary>What became of an import.</summary>
/// <param name="DryRun">Nothing was made: this only says what would be.</param>
/// <param name="Rows">How many rows the file has.</param>
public sealed record ImportResult(bool DryRun, int Rows, IReadOnlyList<ImportedDevice> Devices, IReadOnlyList<ImportError> Errors);

/// <summary>
/// Makes phones from a CSV file with the columns <c>name, since, fleet, person, imei, tags</c>, of which only the first
/// is required: a fleet by number or name, a person by number, e-mail address or name, tags apart by semicolons. Other
/// columns are ignored, so that an export can be imported. A file with a mistake makes no phone at all.
/// </summary>
internal sealed class DeviceImport(DeviceOperations devices, OrganizationDirectory directory)
{
    public const int MostRows = 10_000;
    private const int AtOnce = 64;

    private static readonly CsvReaderOptions _options = new()
    {
        TrackLineNumbers = true,
        MalformedData = CsvMalformedDataHandling.Throw,
        FieldCountMismatch = CsvFieldCountHandling.Allow,
        IncludeValuesInExceptions = false,
    };

    public async Task<ImportResult> RunAsync(Caller caller, Stream file, bool dryRun, CancellationToken cancellationToken)
    {
        var (drafts, errors) = await ReadAsync(caller, file, await directory.OfAsync(caller, cancellationToken), cancellationToken);
        var rows = drafts.Count + errors.Select(error => error.Line).Where(line => line > 1).Distinct().Count();
        if (dryRun || errors.Count > 0)
            return new(dryRun, rows, [], errors);

        var made = new ImportedDevice?[drafts.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, drafts.Count, options, async (index, token) =>
        {
            var (line, draft) = drafts[index];
            if ((await devices.EnrolAsync(caller, draft, token)).View is { } view)
                made[index] = new(line, view.Row.Key.Device.ToString(), draft.Name, devices.CredentialOf(view));
        });
        return new(
            DryRun: false, rows, [.. made.OfType<ImportedDevice>()],
            [.. drafts.Where((_, index) => made[index] is null).Select(row => new ImportError(row.Line, "name", "was not made: the server could not write; import this row again"))]);
    }

    private static async Task<(List<(int Line, DeviceDraft Draft)> Drafts, List<ImportError> Errors)> ReadAsync(
        Caller caller, Stream file, Organization organization, CancellationToken cancellationToken)
    {
        var drafts = new List<(int, DeviceDraft)>();
        var errors = new List<ImportError>();
        var people = new PeopleIndex(organization, caller.Fleets);
        try
        {
            await using var csv = CsvReader.Create(file, _options, leaveOpen: true);
            await csv.ReadHeaderAsync(cancellationToken);
            if (!csv.TryGetFieldIndex("name", out _))
                return ([], [new(1, "name", "there is no such column")]);
            while (await csv.ReadAsync(cancellationToken))
            {
                var line = (int)csv.LineNumber;
                if (drafts.Count == MostRows)
                    return ([], [new(line, "name", $"a file may have {MostRows} rows")]);
                var fields = new FieldErrors();
                var draft = Read(caller, csv, fields, organization, people);
                errors.AddRange(fields.ByField.SelectMany(field => field.Value.Select(message => new ImportError(line, field.Key, message))));
                if (!fields.Any)
                    drafts.Add((line, draft));
            }
        }
        catch (CsvFormatException exception)
        {
            errors.Add(new((int)exception.LineNumber, "row", "cannot be read: a quotation mark stands where none may"));
        }
        return (drafts, errors);
    }

    private static DeviceDraft Read(Caller caller, CsvReader csv, FieldErrors errors, Organization organization, PeopleIndex people)
    {
        string Cell(string column)
        {
            if (!csv.TryGetFieldIndex(column, out var index) || index >= csv.FieldCount)
                return "";
            var cell = CsvCells.Read(csv.GetString(index));
            // Spreadsheets also save CSV in the code page of their country, which reads as these.
            if (cell.Contains('\uFFFD', StringComparison.Ordinal))
                errors.Add(column, "is not UTF-8: save the file as CSV UTF-8");
            return cell;
        }
        var fleet = Cell("fleet");
        return new DeviceDraft(
            errors.Name("name", Cell("name")),
            fleet.Length == 0 ? PeopleApi.FirstFleetOf(errors, caller, organization) : FleetOf(errors, fleet, caller, organization),
            errors.Since("since", Cell("since")),
            people.Find(errors, Cell("person")),
            errors.Imei("imei", Cell("imei")),
            errors.Tags("tags", Cell("tags").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)));
    }

    private static int FleetOf(FieldErrors errors, string text, Caller caller, Organization organization) =>
        organization.Fleets.Values.FirstOrDefault(fleet => caller.Fleets.Contains(fleet.Number) && string.Equals(fleet.Name, text, StringComparison.OrdinalIgnoreCase))?.Number
        ?? PeopleApi.FleetOf(errors, text, caller, organization);

    /// <summary>Finds people by what files call them.</summary>
    private sealed class PeopleIndex(Organization organization, FleetScope fleets)
    {
        private readonly ILookup<string, Person> _byName = organization.People.Values.Where(person => fleets.Contains(person.Fleet))
            .SelectMany(person => new[] { Numbers.Text(person.Number), person.Email, person.Name }.OfType<string>().Distinct().Select(key => (key, person)))
            .ToLookup(pair => pair.key, pair => pair.person, StringComparer.OrdinalIgnoreCase);

        public int? Find(FieldErrors errors, string text)
        {
            if (text.Length == 0)
                return null;
            var found = _byName[text].Take(2).ToList();
            if (found.Count == 1)
                return found[0].Number;
            errors.Add("person", found.Count == 0 ? "is nobody of yours" : "fits several people: give the e-mail address or the number");
            return null;
        }
    }
}
