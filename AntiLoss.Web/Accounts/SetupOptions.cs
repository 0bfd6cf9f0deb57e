namespace AntiLoss.Web.Accounts;

/// <summary>
/// An owner and an API key for installations that nobody sits before. Read once, at the first start without an owner;
/// what is changed here later changes no account, and the log says so.
/// </summary>
public sealed class SetupOptions
{
    public const string Section = "AntiLoss:Setup";

    /// <summary>Address of the first organization's owner, who owns the installation too. Default: none; a one-time link is printed instead.</summary>
    public string? OwnerEmail { get; set; }

    /// <summary>The owner's password. Default: none.</summary>
    public string? OwnerPassword { get; set; }

    /// <summary>An API key of the first organization, any text; long and random, since it is all that protects the organization. Default: none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Name of the first organization. Default: "My organization"; changed in the console.</summary>
    public string Organization { get; set; } = "My organization";
}
