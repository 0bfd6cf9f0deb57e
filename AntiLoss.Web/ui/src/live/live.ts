import { decodeFrame } from './frames';
import type { Fleet } from '../fleet/fleet';

// The connection to the fleet hub: subscribes, applies and acknowledges frames, comes back when it is cut. It decides
// what the status pill says; what the frames mean is the fleet's business.

export interface Viewport {
  west: number;
  south: number;
  east: number;
  north: number;
  zoom: number;
}

export type LiveStatus =
  | { kind: 'connecting' }
  | { kind: 'live' }
  | { kind: 'reconnecting'; nextTryAt: number | null }
  /** What is shown is as old as `since`, by the server's clock: the line is cut, or the server itself cannot read its phones. */
  | { kind: 'stale'; since: number; connected: boolean };

/** What of SignalR's connection is used; a test puts its own in. */
export interface Hub {
  start(): Promise<void>;
  stop(): Promise<void>;
  invoke(method: string, ...args: unknown[]): Promise<unknown>;
  on(method: string, handler: (bytes: Uint8Array) => void): void;
  onclose(handler: () => void): void;
}

/** Phones sent one by one; beyond that the server makes clusters, and the map watches its own part only. */
export const phonesAtMost = 20_000;
const silentAfter = 15_000;
const staleAfter = 10_000;
const moveEvery = 250;

/** Half a second, doubling to 20 s, each half of it random: a thousand browsers do not come back at once. */
export const backOff = (tries: number, random: number) => Math.min(20_000, 500 * 2 ** tries) * (0.5 + random / 2);

export class Live {
  private readonly connect: () => Hub;
  private readonly fleet: Fleet;
  private readonly listeners = new Set<() => void>();
  private hub: Hub | null = null;
  private open = false;
  private running = false;
  private tries = 0;
  private lastFrameAt = 0;
  /** When the server last said that what it sends is current, by its own clock. */
  private freshAt = 0;
  private resume: string | null = null;
  private scope: string | null = null;
  private chosen: string | null = null;
  private viewport: Viewport | null = null;
  private wide = false;
  private moveTimer: ReturnType<typeof setTimeout> | null = null;
  private retryTimer: ReturnType<typeof setTimeout> | null = null;
  private watchTimer: ReturnType<typeof setInterval> | null = null;

  status: LiveStatus = { kind: 'connecting' };
  /** For tests and the curious. */
  framesSeen = 0;

  constructor(connect: () => Hub, fleet: Fleet) {
    this.connect = connect;
    this.fleet = fleet;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  start() {
    if (this.running) return;
    this.running = true;
    this.watchTimer = setInterval(() => this.check(), 1000);
    void this.dial();
  }

  stop() {
    this.running = false;
    if (this.watchTimer) clearInterval(this.watchTimer);
    if (this.retryTimer) clearTimeout(this.retryTimer);
    if (this.moveTimer) clearTimeout(this.moveTimer);
    this.watchTimer = this.retryTimer = this.moveTimer = null;
    const hub = this.hub;
    this.hub = null;
    this.open = false;
    void hub?.stop();
  }

  /** Null: the whole organization. */
  watchFleet(fleet: string | null) {
    if (fleet === this.scope) return;
    this.scope = fleet;
    this.wide = false;
    this.resume = null;
    this.fleet.clear();
    void this.watch();
  }

  choose(id: string | null) {
    if (id === this.chosen) return;
    this.chosen = id;
    this.fleet.chosen = undefined;
    if (this.open) void this.say('Choose', id);
  }

  /** What the map shows now. Told to the server only where the fleet is too large to be sent whole. */
  look(viewport: Viewport) {
    this.viewport = viewport;
    if (!this.wide || this.moveTimer) return;
    this.moveTimer = setTimeout(() => {
      this.moveTimer = null;
      if (this.open && this.wide) void this.say('Move', this.viewport);
    }, moveEvery);
  }

  /** At once instead of when the back-off is over. */
  retry() {
    if (!this.running || this.open || !this.retryTimer) return;
    clearTimeout(this.retryTimer);
    this.retryTimer = null;
    void this.dial();
  }

  private async dial() {
    const hub = this.connect();
    this.hub = hub;
    hub.on('Frame', (bytes) => this.receive(hub, bytes));
    hub.onclose(() => this.lost(hub));
    try {
      await hub.start();
      if (this.hub !== hub) return;
      this.open = true;
      this.lastFrameAt = Date.now();
      await this.watch();
      if (this.chosen) await this.say('Choose', this.chosen);
    } catch {
      this.lost(hub);
    }
  }

  private async watch() {
    if (!this.open) return;
    await this.say('Watch', {
      fleet: this.scope,
      viewport: this.wide ? this.viewport : null,
      limit: phonesAtMost,
      resume: this.resume,
    });
  }

  /** A call that fails is a connection that fails: the next one starts afresh. */
  private async say(method: string, ...args: unknown[]) {
    const hub = this.hub;
    if (!hub) return;
    try {
      await hub.invoke(method, ...args);
    } catch {
      this.resume = null;
      this.lost(hub);
      await hub.stop();
    }
  }

  private receive(hub: Hub, bytes: Uint8Array) {
    if (this.hub !== hub) return;
    const frame = decodeFrame(bytes);
    this.lastFrameAt = Date.now();
    this.tries = 0;
    this.framesSeen++;
    this.resume = frame.resume ?? (frame.reset ? null : this.resume);
    this.fleet.apply(frame);
    void this.say('Ack', frame.number);
    if (frame.clustered && !this.wide && this.viewport) {
      this.wide = true;
      this.resume = null;
      void this.watch();
    }
    if (!frame.stale || this.freshAt === 0) this.freshAt = frame.time;
    this.be(frame.stale ? { kind: 'stale', since: this.freshAt, connected: true } : { kind: 'live' });
  }

  private lost(hub: Hub) {
    if (this.hub !== hub || !this.running) return;
    this.hub = null;
    this.open = false;
    const wait = backOff(this.tries++, Math.random());
    this.retryTimer = setTimeout(() => {
      this.retryTimer = null;
      void this.dial();
    }, wait);
    this.beCut(Date.now() + wait);
  }

  /** Once a second: a line that is silent is a line that is dead, and what is long dead is stale. */
  private check() {
    const hub = this.hub;
    if (this.open && hub && Date.now() - this.lastFrameAt > silentAfter) {
      this.lost(hub);
      void hub.stop();
    } else if (!this.open) {
      this.beCut(this.status.kind === 'reconnecting' ? this.status.nextTryAt : null);
    }
  }

  private beCut(nextTryAt: number | null) {
    if (this.lastFrameAt === 0) this.be(this.tries < 2 ? { kind: 'connecting' } : { kind: 'reconnecting', nextTryAt });
    else if (Date.now() - this.lastFrameAt > staleAfter) this.be({ kind: 'stale', since: this.freshAt, connected: false });
    else this.be({ kind: 'reconnecting', nextTryAt });
  }

  private be(status: LiveStatus) {
    if (JSON.stringify(status) === JSON.stringify(this.status)) return;
    this.status = status;
    for (const listener of this.listeners) listener();
  }
}
