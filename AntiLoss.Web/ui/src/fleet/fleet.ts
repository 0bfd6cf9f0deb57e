import type { DeviceItem } from '../api';
import type { Bearer, Cluster, Counts, Frame, Introduction, RowChange } from '../live/frames';
import { states, type StateName } from '../states';

// The phones as this page knows them. The one place that changes them: frames come in, readers are told what changed.

/** One phone; replaced whole when anything of it changes, so that whoever holds one holds a moment. */
export interface Phone {
  readonly handle: number;
  readonly id: string;
  readonly name: string;
  readonly fleet: number;
  readonly person: number;
  readonly personName: string;
  readonly state: StateName;
  readonly bearer: Bearer;
  readonly charging: boolean | null;
  readonly battery: number | null;
  /** In 1e-6 degrees, as on the wire: differences add up exactly. Null: no place is known. */
  readonly place: { readonly latitude: number; readonly longitude: number } | null;
  readonly heading: number | null;
  /** Metres a second. */
  readonly speed: number | null;
  readonly moving: boolean;
  /** Unix seconds; 0 is never. */
  readonly fixedAt: number;
  readonly contactAt: number;
}

export interface FleetChange {
  /** Everything that was known is gone first. */
  readonly reset: boolean;
  readonly changed: readonly Phone[];
  readonly gone: readonly Phone[];
  readonly clusters: boolean;
  readonly counts: boolean;
  readonly chosen: boolean;
}

const collator = new Intl.Collator(['en', 'zh-CN'], { numeric: true, sensitivity: 'base' });

/** Urgent first, then by name; the id decides between namesakes, so that a list never flickers. */
export const byUrgency = (a: Phone, b: Phone) =>
  states[a.state].rank - states[b.state].rank || collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1);

const unheard = (known: Introduction): Phone => ({
  ...known,
  state: 'never',
  bearer: 'unknown',
  charging: null,
  battery: null,
  place: null,
  heading: null,
  speed: null,
  moving: false,
  fixedAt: 0,
  contactAt: 0,
});

function advance(before: Phone, change: RowChange): Phone {
  const base = change.fresh ? unheard(before) : before;
  return {
    ...base,
    ...(change.place && {
      place: {
        latitude: (base.place?.latitude ?? 0) + change.place.latitude,
        longitude: (base.place?.longitude ?? 0) + change.place.longitude,
      },
    }),
    ...change.status,
    ...change.motion,
    ...(change.battery !== undefined && { battery: change.battery }),
    ...(change.fixedAt !== undefined && { fixedAt: base.fixedAt + change.fixedAt }),
    ...(change.contactAt !== undefined && { contactAt: base.contactAt + change.contactAt }),
  };
}

export class Fleet {
  private readonly phones = new Map<number, Phone>();
  private readonly handles = new Map<string, number>();
  private readonly listeners = new Set<(change: FleetChange) => void>();
  /** Handles in order of urgency; null when it has to be made again. Rows change all the time, their order seldom. */
  private order: readonly number[] | null = null;

  counts: Counts = { all: 0, esim: 0 };
  clusters: readonly Cluster[] = [];
  clusterLevel = 0;
  /** More phones in view than are sent one by one: the map shows clusters. */
  clustered = false;
  /** More phones than are sent at all: here is only what the map shows, and the list has to be asked for. */
  wide = false;
  /** The first snapshot is here, whole. */
  loaded = false;
  /** The server says that it cannot read changes. */
  stale = false;
  chosen: DeviceItem | null | undefined = undefined;
  /** How often anything of the chosen phone has been told. */
  chosenCount = 0;
  /** The server's clock less ours, milliseconds. */
  clockOffset = 0;

  get size() {
    return this.phones.size;
  }

  all(): IterableIterator<Phone> {
    return this.phones.values();
  }

  byId(id: string): Phone | undefined {
    const handle = this.handles.get(id);
    return handle === undefined ? undefined : this.phones.get(handle);
  }

  byHandle(handle: number): Phone | undefined {
    return this.phones.get(handle);
  }

  inOrder(): readonly Phone[] {
    this.order ??= [...this.phones.values()].sort(byUrgency).map((phone) => phone.handle);
    const phones: Phone[] = [];
    for (const handle of this.order) {
      const phone = this.phones.get(handle);
      if (phone) phones.push(phone);
    }
    return phones;
  }

  /** Now by the server's clock: ages are true even where this computer's clock is not. */
  now(): number {
    return Date.now() + this.clockOffset;
  }

  subscribe(listener: (change: FleetChange) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  apply(frame: Frame) {
    const gone: Phone[] = [];
    const changed = new Map<number, Phone>();
    this.clockOffset = frame.time - Date.now();
    if (frame.reset) this.forget();
    for (const handle of frame.gone) this.remove(handle, gone);
    for (const known of frame.introductions) changed.set(known.handle, this.introduce(known));
    for (const change of frame.rows) {
      const before = this.phones.get(change.handle);
      if (before) changed.set(change.handle, this.keep(advance(before, change)));
    }
    if (frame.counts) this.counts = frame.counts;
    if (frame.clusters) {
      this.clusters = frame.clusters.cells;
      this.clusterLevel = frame.clusters.level;
    }
    if (frame.chosen !== undefined) {
      this.chosen = frame.chosen;
      this.chosenCount++;
    }
    this.clustered = frame.clustered;
    if (frame.clustered) this.wide = true;
    this.stale = frame.stale;
    if (!frame.more) this.loaded = true;
    this.tell({
      reset: frame.reset,
      changed: [...changed.values()],
      gone,
      clusters: frame.clusters !== undefined || frame.reset,
      counts: frame.counts !== undefined,
      chosen: frame.chosen !== undefined,
    });
  }

  /** Another scope is watched: nothing of the last one may be seen in it. */
  clear() {
    this.forget();
    this.loaded = this.wide = false;
    this.tell({ reset: true, changed: [], gone: [], clusters: true, counts: true, chosen: false });
  }

  private forget() {
    this.phones.clear();
    this.handles.clear();
    this.clusters = [];
    this.counts = { all: 0, esim: 0 };
    this.order = null;
  }

  private introduce(known: Introduction): Phone {
    const before = this.phones.get(known.handle);
    return this.keep(before?.id === known.id ? { ...before, ...known } : unheard(known));
  }

  private keep(phone: Phone): Phone {
    const before = this.phones.get(phone.handle);
    if (before?.state !== phone.state || before.name !== phone.name) this.order = null;
    this.phones.set(phone.handle, phone);
    this.handles.set(phone.id, phone.handle);
    return phone;
  }

  private remove(handle: number, gone: Phone[]) {
    const phone = this.phones.get(handle);
    if (!phone) return;
    this.phones.delete(handle);
    if (this.handles.get(phone.id) === handle) this.handles.delete(phone.id);
    this.order = null;
    gone.push(phone);
  }

  private tell(change: FleetChange) {
    for (const listener of this.listeners) listener(change);
  }
}
