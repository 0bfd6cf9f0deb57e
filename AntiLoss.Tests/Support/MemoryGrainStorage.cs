using System.Collections.Concurrent;
using AntiLoss.Grains.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace AntiLoss.Tests.Support;

/// <summary>Grain storage with ETags that outlives its cluster. States go through Orleans' serializer as in a real store.</summary>
internal sealed class MemoryGrainStorage : IGrainStorage
{
    // Not a silo's, which goes with it.
    private static readonly Serializer _serializer = new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

    private readonly ConcurrentDictionary<(string, GrainId), (string ETag, byte[] Bytes)> _states = new();
    private readonly Lock _writing = new();
    private long _version;

    /// <summary>Makes every stored state of one kind unreadable.</summary>
    public void Damage(string stateName)
    {
        foreach (var key in _states.Keys.Where(key => key.Item1 == stateName))
            _states[key] = (_states[key].ETag, [1, 2, 3]);
    }

    public int Count => _states.Count;

    /// <summary>States of this kind can't be written.</summary>
    public string? Refuses { get; set; }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_states.TryGetValue((stateName, grainId), out var stored))
        {
            grainState.State = _serializer.Deserialize<T>(stored.Bytes)!;
            grainState.ETag = stored.ETag;
            grainState.RecordExists = true;
        }
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (stateName == Refuses)
            throw new StorageUnavailableException($"{stateName} can't be written.");
        // Two activations of one grain may write at once: the dead silo's, and its successor.
        lock (_writing)
        {
            var etag = $"{++_version}";
            var current = _states.TryGetValue((stateName, grainId), out var stored) ? stored.ETag : null;
            if (current != grainState.ETag)
                throw new InconsistentStateException("The state has changed.", current, grainState.ETag);
            _states[(stateName, grainId)] = (etag, _serializer.SerializeToArray(grainState.State));
            grainState.ETag = etag;
            grainState.RecordExists = true;
        }
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
