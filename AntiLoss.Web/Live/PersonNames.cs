using System.Collections.Concurrent;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;
using AntiLoss.Web.Accounts;

namespace AntiLoss.Web.Live;

/// <summary>What people are called, for introductions and for search.</summary>
public interface IPersonNames
{
    /// <summary>A person's name; empty for nobody (0) and for one who is not known.</summary>
    string NameOf(OrganizationNumber organization, int person);

    /// <summary>Reads an organization's names again, and tells its view who is called otherwise than before.</summary>
    ValueTask RefreshAsync(OrganizationView view, CancellationToken cancellationToken = default);
}

/// <summary>The names as the directory of this node has them.</summary>
internal sealed class PersonNames(OrganizationDirectory directory) : IPersonNames
{
    private static readonly ImmutableSortedDictionary<int, Person> Nobody = ImmutableSortedDictionary<int, Person>.Empty;
    private readonly ConcurrentDictionary<OrganizationNumber, ImmutableSortedDictionary<int, Person>> _people = new();

    public string NameOf(OrganizationNumber organization, int person) =>
        person != 0 && _people.TryGetValue(organization, out var people) && people.TryGetValue(person, out var found) ? found.Name : "";

    public async ValueTask RefreshAsync(OrganizationView view, CancellationToken cancellationToken = default)
    {
        var people = (await directory.FindAsync(view.Organization, cancellationToken))?.People ?? Nobody;
        var before = _people.GetValueOrDefault(view.Organization, Nobody);
        if (ReferenceEquals(people, before))
            return;
        _people[view.Organization] = people;
        view.PeopleChanged(person => before.GetValueOrDefault(person)?.Name != people.GetValueOrDefault(person)?.Name);
    }
}
