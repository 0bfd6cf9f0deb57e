import { describe, expect, it } from 'vitest';
import { decodeFrame, idText } from './frames';
import { first, hex, second } from './frames.fixture';

describe('a frame', () => {
  it('is read as the documentation says', () => {
    const frame = decodeFrame(first);
    expect(frame).toMatchObject({ number: 1, reset: true, more: false, stale: false, clustered: false, resume: 'q83vEjRWeJoB' });
    expect(new Date(frame.time).toISOString()).toBe('2026-11-25T14:10:00.123Z');
    expect(frame.counts).toEqual({ all: 1, esim: 0, never: 0, online: 1 });
    expect(frame.introductions).toEqual([
      { handle: 0, id: '01K71A3CY4TQKFE20S58XMRQBE', fleet: 1, person: 3, name: 'Van 7', personName: 'Ana' },
    ]);
    expect(frame.rows).toEqual([
      {
        handle: 0,
        fresh: true,
        place: { latitude: 47_141_520, longitude: 9_521_470 },
        status: { state: 'online', bearer: 'mobile', charging: null },
        motion: { heading: 90, speed: 14, moving: true },
        battery: 83,
        fixedAt: Date.parse('2026-11-25T14:09:50Z') / 1000,
        contactAt: Date.parse('2026-11-25T14:09:58Z') / 1000,
      },
    ]);
  });

  it('names only what changed', () => {
    const [row] = decodeFrame(second).rows;
    expect(row).toEqual({
      handle: 0,
      fresh: false,
      place: { latitude: 1210, longitude: -3025 },
      motion: { heading: 180, speed: 13.5, moving: true },
      fixedAt: 30,
      contactAt: 30,
    });
  });

  it('with a section from the future is read without it', () => {
    expect(decodeFrame(hex('01 00 01 63 02 aa bb 04 02 05 01')).gone).toEqual([5, 6]);
  });

  it('that ends too early says where', () => {
    for (let length = 0; length < second.length; length++) {
      expect(() => decodeFrame(second.subarray(0, length))).toSatisfy((read: () => unknown) => {
        try {
          read();
          return length >= 8;
        } catch (error) {
          return error instanceof RangeError;
        }
      });
    }
  });

  it('brings clusters as cells of the Mercator square', () => {
    // Level 1: cell 1 is the north-east quarter; its phones in the middle, 3 online and 2 lost.
    const { clusters } = decodeFrame(hex('01 08 01 05 07 01 01 80 80 82 03 02'));
    expect(clusters?.level).toBe(1);
    expect(clusters?.cells).toHaveLength(1);
    expect(clusters?.cells[0]).toMatchObject({ count: 5, states: { online: 3, lost: 2 }, longitude: 90 });
    expect(clusters?.cells[0]?.latitude).toBeCloseTo(66.513, 2);
  });
});

describe('an id', () => {
  it('is 26 characters of Crockford’s base 32', () => {
    expect(idText(new Uint8Array(16))).toBe('0'.repeat(26));
    expect(idText(new Uint8Array(16).fill(255))).toBe('7' + 'Z'.repeat(25));
  });
});
