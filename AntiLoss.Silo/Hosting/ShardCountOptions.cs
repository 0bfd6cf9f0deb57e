using System.ComponentModel.DataAnnotations;

namespace AntiLoss.Silo.Hosting;

/// <summary>Into how many slices all phones are divided.</summary>
public sealed class ShardCountOptions
{
    public const string Section = "AntiLoss";

    /// <summary>
    /// Shards, from 1 to 1,024. Default 16. Fixed with the first start: the storage's manifest has it, and a server that
    /// is set otherwise refuses to start. More make smaller batches.
    /// </summary>
    [Range(1, 1024)]
    public int Shards { get; init; } = 16;
}
