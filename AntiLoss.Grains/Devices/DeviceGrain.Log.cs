using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using Microsoft.Extensions.Logging;

namespace AntiLoss.Grains.Devices;

public sealed partial class DeviceGrain
{
    [LoggerMessage(Level = LogLevel.Error, Message = "Phone {Device}: its state cannot be read; it is shown as damaged.")]
    private partial void LogDamaged(DeviceKey device, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Phone {Device}: entry {Position} failed and is set aside.")]
    private partial void LogStepFailed(DeviceKey device, LogPosition position, Exception exception);
}
