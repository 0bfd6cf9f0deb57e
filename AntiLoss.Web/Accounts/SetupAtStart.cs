namespace AntiLoss.Web.Accounts;

/// <summary>
/// Runs the set-up before the server listens, so that the settings' API key works with the first request. If the
/// storage does not answer yet, the server starts without and this goes on trying.
/// </summary>
internal sealed class SetupAtStart(Setup setup, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(2);
    private bool _isDone;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _isDone = await setup.TryBeginAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!_isDone)
        {
            await Task.Delay(_pause, time, stoppingToken);
            _isDone = await setup.TryBeginAsync(stoppingToken);
        }
    }
}
