using System.Runtime.InteropServices;

namespace AntiLoss.Web.Hosting;

/// <summary>
/// Stops the server on Ctrl+C and on what a service manager sends. A start that is under way is never broken off: half
/// a silo can only be torn down, with an error for everything that was just coming up. So a signal that comes meanwhile
/// is kept until the start is through; a second one ends the process at once, as the signal does by itself.
/// </summary>
internal sealed class StopSignals(IHostApplicationLifetime lifetime) : IHostLifetime, IDisposable
{
    private static readonly ImmutableArray<PosixSignal> _signals = [PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGTERM];

    private ImmutableArray<IDisposable> _registrations = [];
    private volatile bool _isAsked;

    /// <summary>Whether the server was told to stop before it had started.</summary>
    public bool IsAskedInStart => _isAsked;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _registrations = [
            lifetime.ApplicationStarted.Register(StopIfAsked),
            .. _signals.Select(signal => PosixSignalRegistration.Create(signal, Receive)),
        ];
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private void Receive(PosixSignalContext context)
    {
        if (lifetime.ApplicationStarted.IsCancellationRequested)
        {
            context.Cancel = true;
            lifetime.StopApplication();
            return;
        }
        context.Cancel = !_isAsked;
        _isAsked = true;
        // The start may have ended between the question and the note.
        if (lifetime.ApplicationStarted.IsCancellationRequested)
            lifetime.StopApplication();
    }

    private void StopIfAsked()
    {
        if (_isAsked)
            lifetime.StopApplication();
    }
}
