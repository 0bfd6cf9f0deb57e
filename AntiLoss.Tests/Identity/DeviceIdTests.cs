using AntiLoss.Domain.Identity;
using CsCheck;

namespace AntiLoss.Tests.Identity;

public sealed class DeviceIdTests
{
    [Fact]
    public void The_shard_of_a_phone_never_changes()
    {
        Assert.True(DeviceId.TryParse("01ARZ3NDEKTSV4RRFFQ69G5FAV", out var device));
        Assert.Equal((0, 0), (device.ShardOf(16), device.ShardOf(64)));
    }

    [Fact]
    public void An_id_is_read_as_it_was_written_in_either_case() =>
        Gen.Select(Gen.ULong, Gen.ULong).Sample((high, low) =>
        {
            var device = new DeviceId(high, low);
            Assert.True(DeviceId.TryParse(device.ToString(), out var read));
            Assert.True(DeviceId.TryParse(device.ToString().ToLowerInvariant(), out var lower));
            Assert.Equal((device, device), (read, lower));
        });

    [Theory]
    [InlineData("")]
    [InlineData("01ARZ3NDEKTSV4RRFFQ69G5FA")]
    [InlineData("81ARZ3NDEKTSV4RRFFQ69G5FAV")]
    [InlineData("01ARZ3NDEKTSV4RRFFQ69G5FAU")]
    [InlineData("01ARZ3NDEKTSV4RRFFQ69G5F-V")]
    public void What_is_no_id_is_refused(string text) => Assert.False(DeviceId.TryParse(text, out _));

    [Fact]
    public void Keys_of_two_phones_are_never_the_same_text() =>
        Gen.Select(Gen.UInt, Gen.ULong, Gen.UInt, Gen.ULong).Sample((organization, low, other, otherLow) =>
        {
            var one = new DeviceKey(new OrganizationNumber(organization), new DeviceId(1, low));
            var two = new DeviceKey(new OrganizationNumber(other), new DeviceId(1, otherLow));
            Assert.Equal(one, DeviceKey.Parse(one.ToString()));
            Assert.Equal(one == two, one.ToString() == two.ToString());
        });
}
