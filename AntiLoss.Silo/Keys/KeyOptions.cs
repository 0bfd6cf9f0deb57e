namespace AntiLoss.Silo.Keys;

/// <summary>Where the passphrase of the master keys lies. Section <c>AntiLoss:Keys</c>.</summary>
public sealed class KeyOptions
{
    public const string Section = "AntiLoss:Keys";

    /// <summary>
    /// A file whose first line is the passphrase that seals the master keys, outside the data folder. Default: one made at
    /// the first start in the server's user's configuration folder, readable by that user only. Without it a stolen data
    /// folder or backup holds no usable key; lose it, and every phone has to be enrolled again.
    /// </summary>
    public string? PassphraseFile { get; set; }
}
