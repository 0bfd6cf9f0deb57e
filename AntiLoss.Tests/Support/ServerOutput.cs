using System.Text;

namespace AntiLoss.Tests.Support;

/// <summary>What a server has printed, gathered from its two streams.</summary>
internal sealed class ServerOutput
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();

    public string Text
    {
        get
        {
            lock (_gate)
                return _text.ToString();
        }
    }

    public void Add(string? line)
    {
        if (line is null)
            return;
        lock (_gate)
            _text.AppendLine(line);
    }
}
