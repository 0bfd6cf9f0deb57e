namespace AntiLoss.Web.Hosting;

/// <summary>What the program can be asked to do.</summary>
internal enum Verb
{
    Serve,
    Backup,
    Restore,
    RotateKeys,
    PasswordLink,
    Audit,
    Verify,
    Help,
}

/// <summary>What was asked on the command line.</summary>
/// <param name="Object">The backup's folder, the account's address, the file, or what is done with the audit; empty for verbs that have none.</param>
/// <param name="Replace">Whether a restore may move aside what is there.</param>
/// <param name="Settings">Settings, flags among them, as configuration reads them.</param>
internal sealed record ServerCommand(Verb Verb, string Object, bool Replace, IReadOnlyList<string> Settings)
{
    /// <summary>The organization's number for <see cref="Verb.Audit"/>, the checkpoint's file for <see cref="Verb.Verify"/>; null if none was given.</summary>
    public string? Option { get; init; }

    public const string Usage = """
        AntiLoss.Web [--urls <addresses>] [--lan] [--demo]
            Runs the server: console, API and ingest at http://localhost:5080, MQTT at port 1883.
            --urls   where HTTP listens, several with ';' between them
            --lan    listens on all addresses, so that a phone on the same network reaches it
            --demo   adds an organization of 200 simulated phones

        AntiLoss.Web backup <folder>
            Copies database and sealed keys into an empty folder, whether or not the server runs.

        AntiLoss.Web restore <folder> [--replace]
            Puts a backup into the data folder; the server must not run.
            --replace   moves what is there aside; without it, a data folder in use is refused

        AntiLoss.Web rotate-keys
            Adds a master key for phones that are enrolled from now on; all others stay as they are. The server must
            not run.

        AntiLoss.Web password-link <e-mail address>
            Prints a link with which that account sets a new password: once, within an hour. The server may run.

        AntiLoss.Web audit verify [--organization <number>]
            Reads the audit of every organization, or of one, and says what is wrong with which entry. The server may run.

        AntiLoss.Web verify <file> [--checkpoint <file>]
            Verifies an exported audit or incident file, without a server or its data.
            --checkpoint   a checkpoint that was kept, as /api/v1/audit/checkpoint answered it: the audit must continue it

        Each takes settings too: --AntiLoss:<Section>:<Name>=<value>, or as a variable AntiLoss__<Section>__<Name>;
        AntiLoss:Storage:Folder is the data folder, ./data by default. docs/operations.md has all of them.
        """;

    private const string VerifyAudit = "verify";

    /// <summary>What a verb may be given besides settings, by its name.</summary>
    private static readonly Dictionary<string, Verb> _options = new(StringComparer.Ordinal)
    {
        ["--organization"] = Verb.Audit,
        ["--checkpoint"] = Verb.Verify,
    };

    private static readonly Dictionary<string, string> _flags = new(StringComparer.Ordinal)
    {
        ["--lan"] = "--AntiLoss:Lan=true",
        ["--demo"] = "--AntiLoss:Demo=true",
    };

    private static readonly Dictionary<string, string> _keys = new(StringComparer.OrdinalIgnoreCase)
    {
        ["--urls"] = "--" + ListenAddresses.Key,
    };

    private static readonly Dictionary<string, Verb> _verbs = new(StringComparer.Ordinal)
    {
        ["backup"] = Verb.Backup,
        ["restore"] = Verb.Restore,
        ["rotate-keys"] = Verb.RotateKeys,
        ["password-link"] = Verb.PasswordLink,
        ["audit"] = Verb.Audit,
        ["verify"] = Verb.Verify,
        ["help"] = Verb.Help,
    };

    private static readonly Dictionary<Verb, string> _objects = new()
    {
        [Verb.Backup] = "a folder",
        [Verb.Restore] = "a folder",
        [Verb.PasswordLink] = "an e-mail address",
        [Verb.Audit] = VerifyAudit,
        [Verb.Verify] = "a file",
    };

    /// <summary>Reads the arguments; null, with what is wrong, if they ask for something that is not there.</summary>
    public static ServerCommand? Parse(IReadOnlyList<string> arguments, out string wrong)
    {
        wrong = "";
        if (arguments.Any(argument => argument is "--help" or "-h" or "-?"))
            return new ServerCommand(Verb.Help, "", false, []);
        var rest = new Queue<string>(arguments);
        var command = new ServerCommand(Verb.Serve, "", false, []);
        if (rest.TryPeek(out var first) && !first.StartsWith('-'))
        {
            if (!_verbs.TryGetValue(rest.Dequeue(), out var verb))
                return Wrong($"'{first}' is no command; there are {string.Join(", ", _verbs.Keys)}.", out wrong);
            command = command with { Verb = verb };
        }
        if (_objects.TryGetValue(command.Verb, out var what))
        {
            if (!rest.TryDequeue(out var given) || given.StartsWith('-'))
                return Wrong($"{first} needs {what}.", out wrong);
            command = command with { Object = given };
        }
        if (command is { Verb: Verb.Audit, Object: not VerifyAudit })
            return Wrong($"'{command.Object}' can't be done with the audit; {VerifyAudit} can.", out wrong);
        var settings = new List<string>();
        while (rest.TryDequeue(out var argument))
        {
            if (argument == "--replace" && command.Verb == Verb.Restore)
                command = command with { Replace = true };
            else if (_options.TryGetValue(argument, out var of) && of == command.Verb && rest.TryDequeue(out var option))
                command = command with { Option = option };
            else if (_flags.TryGetValue(argument, out var flag) && command.Verb == Verb.Serve)
                settings.Add(flag);
            else if (SettingOf(argument, rest) is { } setting)
                settings.Add(setting);
            else
                return Wrong($"'{argument}' is not known here.", out wrong);
        }
        return command with { Settings = settings };
    }

    /// <summary>
    /// The program's own folder is the root of its content, wherever it is started from: a published server finds its
    /// page there. Data folders are relative to where it is started.
    /// </summary>
    public WebApplicationOptions ToOptions() => new()
    {
        Args = [.. Settings],
        ContentRootPath = AppContext.BaseDirectory,
        ApplicationName = typeof(ServerCommand).Assembly.GetName().Name,
    };

    /// <summary>A setting as configuration takes it, <c>--name=value</c> or <c>--name</c> and a value; null if it is none.</summary>
    private static string? SettingOf(string argument, Queue<string> rest)
    {
        if (!argument.StartsWith("--", StringComparison.Ordinal))
            return null;
        var parts = argument.Split('=', 2);
        var name = _keys.GetValueOrDefault(parts[0], parts[0]);
        // Without a section it would be read by nobody, and its owner believe that it was.
        if (!name.Contains(':', StringComparison.Ordinal))
            return null;
        if (parts is [_, var value])
            return $"{name}={value}";
        return rest.TryPeek(out var next) && !next.StartsWith("--", StringComparison.Ordinal) ? $"{name}={rest.Dequeue()}" : null;
    }

    private static ServerCommand? Wrong(string what, out string wrong)
    {
        wrong = what;
        return null;
    }
}
