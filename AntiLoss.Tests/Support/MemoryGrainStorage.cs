using System.Collections.Concurrent;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace AntiLoss.Tests.Support;

/// <summary>Grain storage with ETags that outlives its cluster. States go through Orleans' serializer as in a real store.</summary>
internal sealed class MemoryGrainStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string, GrainId), (string ETag, byte[] Bytes)> _states = new();
    private long _version;

    /// <summary>Set when the silo starts.</summary>
    public Serializer? Serializer { get; set; }

    /// <summary>Makes every stored state of one kind unreadable.</summary>
    public void Damage(string stateName)
    {
        foreach (var key in _states.Keys.Where(key => key.Item1 == stateName))
            _states[key] = (_states[key].ETag, [1, 2, 3]);
    }

    public int Count => _states.Count;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_states.TryGetValue((stateName, grainId), out var stored))
        {
            grainState.State = Serializer!.Deserialize<T>(stored.Bytes)!;
            grainState.ETag = stored.ETag;
            grainState.RecordExists = true;
        }
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var etag = Interlocked.Increment(ref _version).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var current = _states.TryGetValue((stateName, grainId), out var stored) ? stored.ETag : null;
        if (current != grainState.ETag)
            throw new InconsistentStateException("The state has changed.", current, grainState.ETag);
        _states[(stateName, grainId)] = (etag, Serializer!.SerializeToArray(grainState.State));
        grainState.ETag = etag;
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _states.TryRemove((stateName, grainId), out _);
        grainState.ETag = null;
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }
}
