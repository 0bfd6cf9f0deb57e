namespace AntiLoss.LoadTest.Wire;

/// <summary>A fleet as the API shows it.</summary>
public sealed record FleetItem(string Id, string Name, int Count);

/// <summary>A person as the API shows them.</summary>
public sealed record PersonItem(string Id, string Name);

/// <summary>A phone as the API shows it, as far as a simulated phone needs it.</summary>
public sealed record DeviceItem(string Id, string Name, ImmutableArray<string> Tags, PlaceItem? Latest);

/// <summary>The latest place of a phone.</summary>
public sealed record PlaceItem(DateTimeOffset Time, double Latitude, double Longitude);

/// <summary>A stored position.</summary>
public sealed record PositionItem(DateTimeOffset Time, double Latitude, double Longitude, bool Late, string? Flagged);

/// <summary>What enrolling or rotating a phone answers: the only moment at which its credential is told.</summary>
public sealed record EnrolledItem(string Id, string Name, string Credential);

/// <summary>A phone to be enrolled.</summary>
public sealed record NewDevice(string Name, DateTimeOffset? Since, string? Fleet, string? Person, ImmutableArray<string> Tags);

/// <summary>A page of a list; <paramref name="Next"/> is the cursor of the page after it.</summary>
public sealed record PageOf<T>(ImmutableArray<T> Items, string? Next);
