using AntiLoss.Domain.Devices;

namespace AntiLoss.Web.Wake;

/// <summary>What is to be woken.</summary>
/// <param name="Device">The phone's id.</param>
/// <param name="IsApp">No agent of ours runs on it: the app does what its maker's words in the push say.</param>
internal readonly record struct Wake(string Device, PushAddress Address, bool IsApp);

/// <summary>What a push service said.</summary>
/// <param name="Failure">Null if it took the wake; else one of <see cref="WakeTried.Failure"/>'s.</param>
/// <param name="Code">The service's own word for it, for the log; no token is in it.</param>
internal readonly record struct PushAnswer(string? Failure, string? Code = null)
{
    public const string Rejected = "rejected";
    public const string Busy = "busy";
    public const string Unreachable = "unreachable";

    public static readonly PushAnswer Taken;

    /// <summary>Another try may help.</summary>
    public bool MayRetry => Failure is Busy or Unreachable;

    /// <summary>By the status of the answer, for the services that keep to HTTP's meaning of it.</summary>
    public static PushAnswer Of(HttpResponseMessage answer, string? code, bool isUnregistered) =>
        answer.IsSuccessStatusCode ? Taken
        : isUnregistered ? new(WakeTried.Unregistered, code)
        : answer.StatusCode == System.Net.HttpStatusCode.TooManyRequests || (int)answer.StatusCode >= 500 ? new(Busy, code)
        : new(Rejected, code);
}

/// <summary>One way to wake a phone. A wake carries no command and no name: the phone asks its server what is wanted.</summary>
internal interface IPushService
{
    /// <summary>Whether it serves phones that named this service.</summary>
    bool Serves(string service);

    /// <summary>Asks the service to wake the phone. What the network throws, it throws.</summary>
    ValueTask<PushAnswer> WakeAsync(Wake wake, CancellationToken cancellationToken);
}
