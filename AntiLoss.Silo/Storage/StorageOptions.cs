using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AntiLoss.Silo.Storage;

/// <summary>Where the server keeps what it must not lose, and how it looks after it.</summary>
public sealed class StorageOptions
{
    public const string Section = "AntiLoss:Storage";

    /// <summary>
    /// The data folder: database, sealed keys, lock. A relative path starts at the working folder. On a local disk: a
    /// network drive keeps no promise about what is durable. Default: <c>./data</c>.
    /// </summary>
    [Required]
    public string Folder { get; set; } = "./data";

    /// <summary>
    /// Megabytes up to which the database is read whole when it is opened, so that a damaged file is refused and not
    /// found out later. A larger value makes the start of a large installation slower, by about 1 s per 500 MB.
    /// Default: 1024.
    /// </summary>
    [Range(0, 1024 * 1024)]
    public int CheckMegabytes { get; set; } = 1024;
}

/// <summary>Checks the options by their attributes.</summary>
[OptionsValidator]
internal sealed partial class StorageOptionsValidator : IValidateOptions<StorageOptions>;
