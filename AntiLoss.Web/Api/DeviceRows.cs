using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;
using AntiLoss.Web.Live;

namespace AntiLoss.Web.Api;

/// <summary>Runs through all rows of an organization, page by page, without holding up whoever watches it.</summary>
internal sealed class DeviceRows(FleetMirror mirror)
{
    private const int PageSize = 1_000;

    /// <summary>Every phone of some fleets, in the list's order; retired ones last.</summary>
    public async IAsyncEnumerable<DeviceRow> AllAsync(
        OrganizationNumber organization, FleetScope fleets, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var retired in (bool[])[false, true])
        {
            ListPosition? after = null;
            do
            {
                var view = await mirror.ViewOfAsync(organization, cancellationToken);
                var page = view.List(new DeviceListQuery { Fleets = fleets, After = after, Limit = PageSize, Retired = retired });
                foreach (var row in page.Rows)
                    yield return row;
                after = page.Next;
            }
            while (after is not null);
        }
    }

    public async ValueTask<bool> AnyAsync(OrganizationNumber organization, Func<DeviceRow, bool> matches, CancellationToken cancellationToken)
    {
        await foreach (var row in AllAsync(organization, FleetScope.All, cancellationToken))
        {
            if (matches(row))
                return true;
        }
        return false;
    }
}
