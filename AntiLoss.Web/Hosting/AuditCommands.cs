using System.Globalization;
using AntiLoss.Domain.Audit;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Audit;
using AntiLoss.Silo.Keys;
using AntiLoss.Silo.Storage;

namespace AntiLoss.Web.Hosting;

/// <summary>Verifies audits: those of a data folder, and exported files. It tells in sentences what it found.</summary>
internal static class AuditCommands
{
    private const int Sound = 0;
    private const int Unsound = 1;

    /// <returns>0 if everything is as it was signed.</returns>
    /// <exception cref="StorageRefusedException">What is to be verified cannot be read.</exception>
    public static async Task<int> RunAsync(ServerCommand command, IConfiguration configuration, TextWriter output) => command.Verb == Verb.Audit
        ? await VerifyStoredAsync(command.Option, configuration, output)
        : await VerifyFileAsync(command.Object, command.Option, output);

    private static async Task<int> VerifyStoredAsync(string? organization, IConfiguration configuration, TextWriter output)
    {
        var storage = configuration.GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new StorageOptions();
        using var records = new OfflineRecords(storage);
        using var keys = new AuditKeys(OfflineKeys.Open(storage, configuration.GetSection(KeyOptions.Section).Get<KeyOptions>() ?? new KeyOptions()));
        ImmutableArray<OrganizationNumber> all = organization is null ? records.OrganizationsWith(AuditVerifier.RecordKind)
            : uint.TryParse(organization, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? [new OrganizationNumber(number)]
            : throw new StorageRefusedException($"'{organization}' is no organization's number.");
        if (all.IsEmpty)
            await output.WriteLineAsync("There is no audit yet.");
        var verifier = new AuditVerifier(records, keys);
        var isSound = true;
        foreach (var one in all)
        {
            var verdict = await verifier.VerifyAsync(one);
            isSound &= verdict.IsSound;
            await WriteAsync(output, $"The audit of organization {one}", verdict);
        }
        return isSound ? Sound : Unsound;
    }

    private static async Task<int> VerifyFileAsync(string path, string? checkpointPath, TextWriter output)
    {
        try
        {
            if (IsArchive(path))
                return await VerifyArchiveAsync(path, output);
            SignedText? kept = null;
            if (checkpointPath is not null)
                kept = AuditFile.ReadCheckpoint(await File.ReadAllTextAsync(checkpointPath)) ?? throw new StorageRefusedException($"{checkpointPath} is no checkpoint.");
            var verdict = AuditFile.Verify(File.ReadLines(path), kept);
            foreach (var trouble in verdict.Troubles)
                await output.WriteLineAsync($"The file: {trouble}.");
            await WriteAsync(output, verdict.Origin.Length == 0 ? "The file" : $"The audit {verdict.Origin}", verdict.Audit, verdict.IsSound);
            if (verdict.IsSound)
            {
                await output.WriteLineAsync(kept is null
                    ? $"It was compared with its own checkpoint only, signed by the key {verdict.PublicKey}: whether that is the server's, /api/v1/audit/key says. Give a checkpoint that you kept with --checkpoint."
                    : "It continues the checkpoint that was given.");
            }
            return verdict.IsSound ? Sound : Unsound;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageRefusedException(error.Message, error);
        }
    }

    private static bool IsArchive(string path)
    {
        using var file = File.OpenRead(path);
        return file.ReadByte() == 'P' && file.ReadByte() == 'K';
    }

    private static async Task<int> VerifyArchiveAsync(string path, TextWriter output)
    {
        using var file = File.OpenRead(path);
        var verdict = SignedArchive.Verify(file);
        foreach (var trouble in verdict.Troubles)
            await output.WriteLineAsync($"The file: {trouble}.");
        await output.WriteLineAsync(verdict.IsSound
            ? $"The incident {verdict.About} of {verdict.Origin} is sound: signed on {verdict.MadeAt} by the key {verdict.PublicKey}. Whether that is the server's, /api/v1/audit/key says."
            : "The file is NOT what was signed.");
        return verdict.IsSound ? Sound : Unsound;
    }

    private static async Task WriteAsync(TextWriter output, string what, AuditVerdict verdict, bool? isSound = null)
    {
        foreach (var finding in verdict.Findings)
            await output.WriteLineAsync(finding.Number is { } number ? $"Entry {number}: {finding.What}." : $"{finding.What[..1].ToUpperInvariant()}{finding.What[1..]}.");
        if (verdict.FindingCount > verdict.Findings.Length)
            await output.WriteLineAsync($"… and {verdict.FindingCount - verdict.Findings.Length} findings more.");
        await output.WriteLineAsync(isSound ?? verdict.IsSound
            ? $"{what} is sound: {verdict.Size} entries, compared with {verdict.Checkpoints} checkpoints; of {verdict.Erased} the values were erased with their person."
            : $"{what} is NOT what was signed: {verdict.Size} entries, {verdict.FindingCount} findings.");
    }
}
