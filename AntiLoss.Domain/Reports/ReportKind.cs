namespace AntiLoss.Domain.Reports;

/// <summary>What a report means to its phone. Stored: numbers are never reused.</summary>
public enum ReportKind : byte
{
    /// <summary>A fix: a place and the time at which the phone was there.</summary>
    Position = 1,

    /// <summary>
    /// OwnTracks' <c>p</c>: the phone is alive now, and its place is that of an unknown earlier moment. A contact whose
    /// place goes into history flagged, and moves the latest place only if there is none.
    /// </summary>
    Ping = 2,

    /// <summary>A sign of life without a fix: a heartbeat without a place, or a report without a time of its own.</summary>
    Contact = 3,

    /// <summary>Something happened (a region was left, SOS was pressed, the app told its status); named by <see cref="Report.EventName"/>.</summary>
    Event = 4,
}
