using AntiLoss.Grains.Fleets;
using AntiLoss.Web.Accounts;

namespace AntiLoss.Web.Api;

/// <summary>Changes the caller's organization, and lets this node see the change at once.</summary>
internal sealed class OrganizationChanges(IGrainFactory grains, OrganizationDirectory directory)
{
    public async Task<OrganizationAnswer> MakeAsync(
        Caller caller, Func<IOrganizationGrain, CancellationToken, ValueTask<OrganizationAnswer>> change, CancellationToken cancellationToken)
    {
        var answer = await change(grains.GetGrain<IOrganizationGrain>(caller.Organization.Value), cancellationToken);
        directory.Accept(answer.Organization);
        return answer;
    }
}
