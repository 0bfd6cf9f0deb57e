import { expect, it } from 'vitest';
import { durationOf, inSeconds, units } from './policy';

it('says seconds in the greatest unit that says them whole', () => {
  expect(durationOf(30)).toEqual({ count: 30, unit: 's' });
  expect(durationOf(90)).toEqual({ count: 90, unit: 's' });
  expect(durationOf(900)).toEqual({ count: 15, unit: 'min' });
  expect(durationOf(7200)).toEqual({ count: 2, unit: 'h' });
  expect(durationOf(86_400)).toEqual({ count: 1, unit: 'd' });
  expect(durationOf(0)).toEqual({ count: 0, unit: 's' });
});

it('reads back what it says', () => {
  for (const seconds of [0, 1, 59, 60, 61, 3600, 5400, 86_399, 172_800]) expect(inSeconds(durationOf(seconds))).toBe(seconds);
  for (const unit of units) expect(inSeconds({ count: 2, unit })).toBe(2 * inSeconds({ count: 1, unit }));
});
