using System.Globalization;

namespace AntiLoss.Domain.Identity;

/// <summary>An organization's number in this installation, from 1 on. 0 is the installation itself.</summary>
[GenerateSerializer, Immutable, Alias("organization-number")]
public readonly record struct OrganizationNumber([property: Id(0)] uint Value)
{
    /// <summary>The installation itself: owner of what belongs to no organization.</summary>
    public static readonly OrganizationNumber Installation;

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
