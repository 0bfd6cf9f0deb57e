import { describe, expect, it } from 'vitest';
import { sparkline } from './BatteryDay';

const hour = 3_600_000;

describe('sparkline', () => {
  it('runs from left to right, full at the top and empty at the bottom', () => {
    expect(sparkline([{ at: 0, percent: 100 }, { at: hour, percent: 50 }, { at: 2 * hour, percent: 0 }], 0, 2 * hour)).toBe('M0 2.0h0L194 20.0L388 38.0');
  });

  it('draws nothing through hours of silence, nor what is older than the day', () => {
    expect(sparkline([{ at: -hour, percent: 90 }, { at: 0, percent: 80 }, { at: 6 * hour, percent: 40 }], 0, 24 * hour)).toBe('M0 9.2h0M97 23.6h0');
  });

  it('has one point a pixel, however often the phone spoke', () => {
    const often = Array.from({ length: 10_000 }, (_, index) => ({ at: (index * 24 * hour) / 10_000, percent: 50 }));
    expect(sparkline(often, 0, 24 * hour).match(/[ML]/g)).toHaveLength(389);
  });
});
