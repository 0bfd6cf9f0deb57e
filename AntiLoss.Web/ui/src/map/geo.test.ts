import { describe, expect, it } from 'vitest';
import type { Position } from '../api';
import { dayBounds, shiftDay } from '../format';
import { boxOf, circle, distance, mercator, unmercator, unwrapped } from './geo';
import { Motion } from './motion';
import { positionAt, trailFeatures, travelled } from './trail';

describe('geography', () => {
  it('measures a degree of the equator', () => expect(distance([0, 0], [1, 0])).toBeCloseTo(111_195, -1));

  it('draws a circle that is round everywhere', () => {
    for (const point of circle([25, 70], 500)) expect(distance([25, 70], point)).toBeCloseTo(500, 3);
  });

  it('boxes points across the antimeridian where that is smaller', () => {
    expect(boxOf([[179, 1], [-179, 2]])).toEqual([179, 1, 181, 2]);
    expect(boxOf([[8, 47], [9, 48]])).toEqual([8, 47, 9, 48]);
    expect(boxOf([])).toBeNull();
  });

  it('goes to Mercator and back', () => {
    const [x, y] = mercator([9.52, 47.14]);
    expect(unmercator(x, y)[0]).toBeCloseTo(9.52, 9);
    expect(unmercator(x, y)[1]).toBeCloseTo(47.14, 9);
  });

  it('runs on beyond 180°, and around a pole', () => {
    expect(unwrapped([[179, 60], [-179, 60], [-179, 61], [179, 60]])).toEqual([[179, 60], [181, 60], [181, 61], [179, 60]]);
    const pole = unwrapped([[-180, -70], [0, -71], [179, -70], [-180, -70]]);
    expect(pole.at(-2)?.[1]).toBe(-89.9);
  });
});

describe('movement', () => {
  it('glides to the last known place and not past it', () => {
    const motion = new Motion();
    motion.send(1, [0, 0], 0);
    motion.send(1, [0.01, 0], 1000);
    let last = 0;
    for (let now = 1000; now < 4000; now += 16) {
      motion.advance(now);
      const longitude = motion.at(1)?.[0] ?? 0;
      expect(longitude).toBeGreaterThanOrEqual(last);
      expect(longitude).toBeLessThanOrEqual(0.01);
      last = longitude;
    }
    expect(motion.at(1)).toEqual([0.01, 0]);
    expect(motion.active).toBe(false);
  });

  it('is a jump for who wants no movement, and for what is far', () => {
    const motion = new Motion();
    motion.send(1, [0, 0], 0);
    motion.send(1, [1, 0], 0);
    expect(motion.at(1)).toEqual([1, 0]);
    motion.enabled = false;
    motion.send(1, [1.001, 0], 0);
    expect(motion.at(1)).toEqual([1.001, 0]);
  });
});

describe('a way', () => {
  const at = (minute: number, longitude: number, flagged: Position['flagged'] = null) =>
    ({ time: new Date(minute * 60_000).toISOString(), latitude: 0, longitude, flagged }) as Position;

  it('is dashed where there was silence, and leaves out what is flagged', () => {
    const features = trailFeatures([at(0, 0), at(1, 0.1), at(2, 50, 'teleport'), at(30, 0.2)]);
    expect(features.map((feature) => feature.properties?.gap as boolean)).toEqual([false, true]);
  });

  it('fades with age', () => {
    const fades = trailFeatures([at(0, 0), at(1, 0.1), at(60, 0.2)], 0, 3_600_000).map((feature) => feature.properties?.fade as number);
    expect(fades).toEqual([0.08, 1]);
  });

  it('knows how far it is and where one was when', () => {
    const way = [at(0, 0), at(10, 1), at(20, 2)];
    expect(travelled(way)).toBeCloseTo(2 * 111_195, -1);
    expect(positionAt(way, 15 * 60_000)?.longitude).toBe(1);
    expect(positionAt(way, -1)?.longitude).toBe(0);
    expect(positionAt(way, 1e12)?.longitude).toBe(2);
  });
});

describe('a day', () => {
  it('has 23 hours when the clocks go forward', () => {
    expect(dayBounds('2026-03-29', 'Europe/Zurich')).toEqual({ since: '2026-03-28T23:00:00.000Z', until: '2026-03-29T22:00:00.000Z' });
    expect(dayBounds('2026-11-25', 'Asia/Shanghai')).toEqual({ since: '2026-11-24T16:00:00.000Z', until: '2026-11-25T16:00:00.000Z' });
  });

  it('has neighbours', () => expect(shiftDay('2026-12-31', 1)).toBe('2027-01-01'));
});
