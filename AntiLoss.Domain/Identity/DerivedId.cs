using System.IO.Hashing;
using System.Text;

namespace AntiLoss.Domain.Identity;

/// <summary>Ids of what a step or an owner makes by itself: the same cause makes the same id, so that a replay or a repeat makes nothing twice.</summary>
public static class DerivedId
{
    /// <summary>A ULID of a moment, and of what was the cause.</summary>
    public static string From(DateTimeOffset at, string cause) =>
        DeviceId.New(at, XxHash128.Hash(Encoding.UTF8.GetBytes(cause))).ToString();
}
