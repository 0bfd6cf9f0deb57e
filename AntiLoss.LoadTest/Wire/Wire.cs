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

/// <summary>A phone with what guards it, as far as stories look at it.</summary>
public sealed record GuardedItem(string Id, string? Silence, GuardsItem Guards);

/// <summary>What guards a phone.</summary>
public sealed record GuardsItem(
    string Protection, ImmutableArray<ReasonItem> Reasons, LockItem Lock, PowerOffItem PowerOff, ImmutableArray<SlotItem> Slots, AgentItem Agent);

/// <summary>One reason to suspect a phone.</summary>
public sealed record ReasonItem(string Reason, string? Silence, bool Cleared);

/// <summary>The screen lock as the phone last told.</summary>
public sealed record LockItem(bool? Reported);

/// <summary>The power menu as the phone last told.</summary>
public sealed record PowerOffItem(string Stage);

/// <summary>A SIM slot.</summary>
public sealed record SlotItem(int Slot, string Guard);

/// <summary>What runs on a phone.</summary>
public sealed record AgentItem(int Enrolment);

/// <summary>An alert as the API shows it.</summary>
public sealed record AlertItem(string Id, string? Device, string Kind, string Severity, string State, string? Detail, bool Late, ImmutableArray<string> Folds);

/// <summary>An audit entry as the API shows it.</summary>
public sealed record AuditItem(string Id, ActorItem Actor, string Action, string Device, string Before, string After);

/// <summary>Whoever did something.</summary>
public sealed record ActorItem(string Id);

/// <summary>A code with which an agent enrols once.</summary>
public sealed record EnrolmentCodeItem(string Code);
