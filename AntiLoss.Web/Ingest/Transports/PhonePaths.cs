using AntiLoss.Web.Hosting;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Ingest.Transports;

/// <summary>Which of the apps' addresses a request is for.</summary>
internal enum PhonePath
{
    None,
    OwnTracks,
    OsmAnd,

    /// <summary>OsmAnd's own port, where every path and method is its.</summary>
    OsmAndPort,
}

/// <summary>The addresses that apps post to.</summary>
internal sealed class PhonePaths(IOptions<OsmandOptions> osmAnd)
{
    private const string OwnTracks = "/ingest/owntracks";
    private const string Recorder = "/pub";
    private const string OsmAnd = "/ingest/osmand";

    private readonly int _osmAndPort = osmAnd.Value.Port;

    public PhonePath Of(HttpContext context)
    {
        var path = context.Request.Path;
        return _osmAndPort != 0 && context.Connection.LocalPort == _osmAndPort ? PhonePath.OsmAndPort
            : IsAt(path, OwnTracks) || IsAt(path, Recorder) ? PhonePath.OwnTracks
            : IsAt(path, OsmAnd) ? PhonePath.OsmAnd
            : PhonePath.None;
    }

    private static bool IsAt(PathString path, string at) =>
        path.HasValue && path.Value.Length is var length && (length == at.Length || (length == at.Length + 1 && path.Value[^1] == '/'))
        && path.Value.StartsWith(at, StringComparison.OrdinalIgnoreCase);
}
