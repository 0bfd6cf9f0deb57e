using AntiLoss.Domain.Identity;
using AntiLoss.Web.Live;

namespace AntiLoss.Web.Accounts;

/// <summary>What people are called, from this node's copies of the organizations.</summary>
internal sealed class PersonNames(OrganizationDirectory directory) : IPersonNames
{
    public string NameOf(OrganizationNumber organization, int person) =>
        directory.Peek(organization)?.People.GetValueOrDefault(person)?.Name ?? "";
}
