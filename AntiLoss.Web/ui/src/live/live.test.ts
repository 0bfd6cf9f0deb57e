import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Fleet } from '../fleet/fleet';
import { first, hex, second } from './frames.fixture';
import { backOff, Live, type Hub } from './live';

class FakeHub implements Hub {
  calls: [string, ...unknown[]][] = [];
  frame: (bytes: Uint8Array) => void = () => undefined;
  close: () => void = () => undefined;
  fails = false;
  start = () => (this.fails ? Promise.reject(new Error('refused')) : Promise.resolve());
  stop = () => Promise.resolve();
  invoke = (method: string, ...args: unknown[]) => {
    this.calls.push([method, ...args]);
    return Promise.resolve(undefined);
  };
  on = (_: string, handler: (bytes: Uint8Array) => void) => {
    this.frame = handler;
  };
  onclose = (handler: () => void) => {
    this.close = handler;
  };
  said = (method: string) => this.calls.filter(([name]) => name === method).map(([, ...args]) => args);
}

let hubs: FakeHub[];
let refuse: boolean;
let fleet: Fleet;
let live: Live;
const settle = () => vi.advanceTimersByTimeAsync(0);
const last = () => hubs.at(-1) ?? new FakeHub();

beforeEach(() => {
  vi.useFakeTimers();
  hubs = [];
  refuse = false;
  fleet = new Fleet();
  live = new Live(() => {
    const hub = new FakeHub();
    hub.fails = refuse;
    hubs.push(hub);
    return hub;
  }, fleet);
});
afterEach(() => {
  live.stop();
  vi.useRealTimers();
});

describe('the live connection', () => {
  it('watches everything, applies and acknowledges', async () => {
    live.start();
    await settle();
    expect(last().said('Watch')).toEqual([[{ fleet: null, viewport: null, limit: 20_000, resume: null }]]);
    last().frame(first);
    last().frame(second);
    expect(last().said('Ack')).toEqual([[1], [2]]);
    expect(fleet.size).toBe(1);
    expect(live.status).toEqual({ kind: 'live' });
  });

  it('comes back with the resume token and the chosen phone', async () => {
    live.start();
    await settle();
    live.choose('phone');
    last().frame(first);
    last().close();
    expect(live.status.kind).toBe('reconnecting');
    await vi.advanceTimersByTimeAsync(600);
    expect(hubs).toHaveLength(2);
    expect(last().said('Watch')).toEqual([[{ fleet: null, viewport: null, limit: 20_000, resume: 'q83vEjRWeJoB' }]]);
    expect(last().said('Choose')).toEqual([['phone']]);
    expect(fleet.size).toBe(1);
  });

  it('says since when it is stale', async () => {
    live.start();
    await settle();
    last().frame(first);
    refuse = true;
    last().close();
    await vi.advanceTimersByTimeAsync(12_000);
    expect(live.status.kind).toBe('stale');
    refuse = false;
    for (let seconds = 0; seconds < 25 && last().said('Watch').length === 0; seconds++) await vi.advanceTimersByTimeAsync(1000);
    last().frame(second);
    expect(live.status.kind).toBe('live');
  });

  it('says since when the server itself has known nothing new, however often it says so', async () => {
    live.start();
    await settle();
    last().frame(first);
    const time = fleet.now();
    // Frames 2 and 3: stale, at 2026-11-25T14:10:30.123Z, nothing else.
    last().frame(hex('02 04 eb e0 ac 98 a1 34'));
    last().frame(hex('03 04 eb e0 ac 98 a1 34'));
    expect(live.status).toEqual({ kind: 'stale', since: Math.round(time), connected: true });
    last().frame(second);
    expect(live.status).toEqual({ kind: 'live' });
  });

  it('takes a silent line for a dead one', async () => {
    live.start();
    await settle();
    last().frame(first);
    await vi.advanceTimersByTimeAsync(17_000);
    expect(hubs.length).toBeGreaterThan(1);
  });

  it('watches its own part of the map when the fleet is too large', async () => {
    const viewport = { west: 0, south: 0, east: 1, north: 1, zoom: 3 };
    live.start();
    live.look(viewport);
    await settle();
    last().frame(hex('01 09 01'));
    expect(last().said('Watch').at(-1)).toEqual([{ fleet: null, viewport, limit: 20_000, resume: null }]);
    live.look({ ...viewport, zoom: 4 });
    live.look({ ...viewport, zoom: 5 });
    await vi.advanceTimersByTimeAsync(300);
    expect(last().said('Move')).toEqual([[{ ...viewport, zoom: 5 }]]);
  });

  it('shows nothing of one fleet in another', async () => {
    live.start();
    await settle();
    last().frame(first);
    live.watchFleet('2');
    await settle();
    expect(fleet.size).toBe(0);
    expect(last().said('Watch').at(-1)).toEqual([{ fleet: '2', viewport: null, limit: 20_000, resume: null }]);
  });

  it('waits longer each time, and never everybody the same', () => {
    expect(backOff(0, 0)).toBe(250);
    expect(backOff(0, 1)).toBe(500);
    expect(backOff(3, 1)).toBe(4000);
    expect(backOff(30, 1)).toBe(20_000);
  });
});
