import { describe, expect, it } from 'vitest';
import { decodeFrame, type Frame } from '../live/frames';
import { first, second } from '../live/frames.fixture';
import { placesOf } from '../map/phoneSource';
import { Fleet, type FleetChange } from './fleet';

const frame = (part: Partial<Frame>): Frame => ({
  number: 1, reset: false, more: false, stale: false, clustered: false, time: Date.now(), introductions: [], rows: [], gone: [], ...part,
});
const known = (handle: number, name: string) => ({ handle, id: `id-${handle}`, fleet: 1, person: 0, name, personName: '' });
const status = (handle: number, state: 'online' | 'offline' | 'damaged') => ({
  handle, fresh: true, status: { state, bearer: 'wifi' as const, charging: null },
});

describe('the fleet', () => {
  it('adds differences to what it knew', () => {
    const fleet = new Fleet();
    fleet.apply(decodeFrame(first));
    fleet.apply(decodeFrame(second));
    expect(fleet.byId('01K71A3CY4TQKFE20S58XMRQBE')).toMatchObject({
      name: 'Van 7',
      personName: 'Ana',
      state: 'online',
      bearer: 'mobile',
      battery: 83,
      place: { latitude: 47_142_730, longitude: 9_518_445 },
      heading: 180,
      speed: 13.5,
      fixedAt: Date.parse('2026-11-25T14:10:20Z') / 1000,
      contactAt: Date.parse('2026-11-25T14:10:28Z') / 1000,
    });
  });

  it('forgets what a fresh row does not say', () => {
    const fleet = new Fleet();
    fleet.apply(decodeFrame(first));
    fleet.apply(frame({ rows: [{ handle: 0, fresh: true, status: { state: 'offline', bearer: 'none', charging: false } }] }));
    expect(fleet.byId('01K71A3CY4TQKFE20S58XMRQBE')).toMatchObject({ name: 'Van 7', state: 'offline', place: null, battery: null, fixedAt: 0 });
  });

  it('stays too large to be here whole, however few of its phones are in view, until another scope is watched', () => {
    const fleet = new Fleet();
    const cell = { key: 1, longitude: 9.5, latitude: 47.1, count: 3, states: {} };
    fleet.apply(frame({ reset: true, clustered: true, clusters: { level: 10, cells: [cell] } }));
    const half = 180 / 2 ** 10;
    expect(placesOf(fleet)).toEqual([[9.5 - half, 47.1 - half], [9.5 + half, 47.1 + half]]);

    fleet.apply(frame({ reset: true, introductions: [known(1, 'Near')], rows: [{ ...status(1, 'online'), place: { latitude: 47_100_000, longitude: 9_500_000 } }] }));
    expect(fleet).toMatchObject({ clustered: false, wide: true });
    expect(placesOf(fleet)).toEqual([[9.5, 47.1]]);
    fleet.clear();
    expect(fleet.wide).toBe(false);
  });

  it('lists what is urgent first, then by name as people count', () => {
    const fleet = new Fleet();
    fleet.apply(frame({
      introductions: [known(0, 'Van 10'), known(1, 'Van 9'), known(2, 'Bike'), known(3, 'Zoe')],
      rows: [status(0, 'online'), status(1, 'online'), status(2, 'offline'), status(3, 'damaged')],
    }));
    expect(fleet.inOrder().map((phone) => phone.name)).toEqual(['Zoe', 'Bike', 'Van 9', 'Van 10']);
    fleet.apply(frame({ rows: [status(1, 'offline')] }));
    expect(fleet.inOrder().map((phone) => phone.name)).toEqual(['Zoe', 'Bike', 'Van 9', 'Van 10']);
    fleet.apply(frame({ gone: [3] }));
    expect(fleet.inOrder().map((phone) => phone.name)).toEqual(['Bike', 'Van 9', 'Van 10']);
  });

  it('starts again on a reset', () => {
    const fleet = new Fleet();
    const changes: FleetChange[] = [];
    fleet.subscribe((change) => changes.push(change));
    fleet.apply(decodeFrame(first));
    fleet.apply(frame({ reset: true, more: true, introductions: [known(7, 'New')] }));
    expect([...fleet.all()].map((phone) => phone.id)).toEqual(['id-7']);
    expect(changes.at(-1)?.reset).toBe(true);
    expect(fleet.counts.all).toBe(0);
  });

  it('keeps the server’s time', () => {
    const fleet = new Fleet();
    fleet.apply(frame({ time: Date.now() + 90_000 }));
    expect(fleet.now() - Date.now()).toBeGreaterThan(89_000);
  });

  it('gives a handle that another phone had to the new one', () => {
    const fleet = new Fleet();
    fleet.apply(frame({ introductions: [known(0, 'Old')], rows: [status(0, 'online')] }));
    fleet.apply(frame({ gone: [0], introductions: [{ ...known(0, 'New'), id: 'other' }] }));
    expect(fleet.byId('id-0')).toBeUndefined();
    expect(fleet.byId('other')).toMatchObject({ name: 'New', state: 'never' });
  });
});
