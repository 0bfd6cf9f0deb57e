using AntiLoss.Grains.Fleets;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace AntiLoss.Tests.Storage;

/// <summary>States as older servers wrote them, byte for byte.</summary>
public sealed class OlderStateTests
{
    [Fact]
    public void Accounts_and_keys_from_before_there_were_roles_may_still_do_everything()
    {
        var organization = Read<Organization>("organization-before-roles.bin");

        Assert.Equal(["owner@example.com", "boris@example.com"], organization.Accounts.Select(account => account.Email));
        Assert.All(organization.Accounts, account => Assert.Equal((Role.Owner, Rights.All, FleetScope.All), (account.Role, account.Rights, account.Scope)));
        Assert.Equal(["set-up", "prog"], organization.ApiKeys.Select(key => key.Name));
        Assert.All(organization.ApiKeys, key => Assert.Equal((Rights.All, FleetScope.All), (key.Grant.Rights, key.Grant.Scope)));
        // And they are changed as any other.
        var viewer = organization.EditAccount(2, new AccountEdit(new AccountGrant(Role.Viewer, [1]), Disabled: null), by: 1, DateTimeOffset.UnixEpoch);
        Assert.Equal(Rights.Read, viewer.Organization.Accounts[1].Rights);
        Assert.Single(viewer.Organization.Untold);
        Assert.False(organization.EditAccount(2, new AccountEdit(Grant: null, Disabled: true), by: 1, DateTimeOffset.UnixEpoch).IsRefused);
        Assert.False(organization.RemoveApiKey(2, "1", DateTimeOffset.UnixEpoch).IsRefused);
    }

    private static T Read<T>(string name) =>
        new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>()
            .Deserialize<T>(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", "states", name)))!;
}
