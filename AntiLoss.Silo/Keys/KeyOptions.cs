namespace AntiLoss.Silo.Keys;

/// <summary>How the master keys are sealed: every credential that was typed into a phone was made from them.</summary>
public sealed class KeyOptions
{
    public const string Section = "AntiLoss:Keys";

    /// <summary>
    /// A text file whose first line is the passphrase of the sealed master keys; at least 16 characters. It must lie
    /// outside the data folder, so that a copy of the data opens nothing. It is read at start only, and made at the
    /// first start if it is not there. Default: a file of its own per data folder in the server user's configuration
    /// folder (<c>~/.config/antiloss</c>), readable by that user only. Keep a copy: without it every phone must be set
    /// up anew.
    /// </summary>
    public string? PassphraseFile { get; set; }
}
