using System.Buffers;
using Microsoft.AspNetCore.Http.Features;

namespace AntiLoss.Web.Ingest.Transports;

/// <summary>
/// The body of a request in pooled memory, at most so many bytes of it. A body that is longer is read to its end and
/// thrown away, so that the app hears the answer.
/// </summary>
internal struct RequestBody : IDisposable
{
    private byte[]? _pooled;
    private int _length;

    /// <summary>Bytes of all of it, those that did not fit too.</summary>
    public long Length { get; private set; }

    /// <summary>Whether there was more than fits.</summary>
    public readonly bool IsTooLong => Length > _length;

    /// <summary>Valid until disposed.</summary>
    public readonly ReadOnlyMemory<byte> Bytes => _pooled.AsMemory(0, _length);

    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, int most, CancellationToken cancellationToken)
    {
        var body = new RequestBody();
        if (request.ContentLength == 0)
            return body;
        // Ours is the only limit: Kestrel's would break off a message that is to be answered.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            if (result.IsCanceled)
                throw new OperationCanceledException(cancellationToken);
            body.Append(result.Buffer, most, request.ContentLength);
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return body;
        }
    }

    public void Dispose()
    {
        if (_pooled is not null)
            ArrayPool<byte>.Shared.Return(_pooled);
        _pooled = null;
    }

    private void Append(in ReadOnlySequence<byte> buffer, int most, long? announced)
    {
        Length += buffer.Length;
        var count = (int)Math.Min(buffer.Length, most - _length);
        if (count == 0)
            return;
        if (_pooled is null || _pooled.Length < _length + count)
            Grow(Math.Max(_length + count, (int)Math.Min(announced ?? 0, most)));
        buffer.Slice(0, count).CopyTo(_pooled.AsSpan(_length));
        _length += count;
    }

    private void Grow(int least)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(least, _length * 2));
        Bytes.CopyTo(larger);
        Dispose();
        _pooled = larger;
    }
}
