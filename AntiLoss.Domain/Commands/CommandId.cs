using System.IO.Hashing;
using System.Text;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Domain.Commands;

/// <summary>Ids of commands that a step queues by itself: the same step makes the same id, so that a replay tells nothing twice.</summary>
public static class CommandId
{
    /// <summary>A ULID of a moment, and of what made the command.</summary>
    public static string From(DateTimeOffset at, string identity) =>
        DeviceId.New(at, XxHash128.Hash(Encoding.UTF8.GetBytes(identity))).ToString();
}
