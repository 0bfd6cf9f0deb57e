using AntiLoss.Domain.Identity;

namespace AntiLoss.Web.Live;

public sealed partial class FleetMirror
{
    internal static partial class Log
    {
        [LoggerMessage(EventId = 4000, Level = LogLevel.Debug, Message = "Mirroring organization {Organization}: somebody watches or reads it.")]
        public static partial void Mirroring(ILogger logger, OrganizationNumber organization);

        [LoggerMessage(EventId = 4001, Level = LogLevel.Debug, Message = "Organization {Organization} is mirrored no longer: nobody has asked for a while.")]
        public static partial void Released(ILogger logger, OrganizationNumber organization);

        [LoggerMessage(EventId = 4002, Level = LogLevel.Warning, Message = "Shard {Shard} cannot be read; the live map is stale until it can.")]
        public static partial void ShardLost(ILogger logger, int shard, Exception cause);

        [LoggerMessage(EventId = 4003, Level = LogLevel.Information, Message = "Shard {Shard} is read again.")]
        public static partial void ShardBack(ILogger logger, int shard);
    }
}
