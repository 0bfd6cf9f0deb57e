import { expect, it } from 'vitest';
import { lineActsOf, midnightOf, type Sim } from './lines';

const line = (state: Sim['line']['state'], by = '1'): Sim['line'] => ({ state, since: null, by: { id: by, name: by }, reason: null });

it('offers what a line’s status allows', () => {
  expect(lineActsOf({ proven: true, line: line('active') })).toEqual(['suspend', 'report']);
  expect(lineActsOf({ proven: true, line: line('suspended') })).toEqual(['resume', 'report']);
  expect(lineActsOf({ proven: true, line: line('suspended', 'clock') })).toEqual(['suspend', 'report']);
  expect(lineActsOf({ proven: true, line: line('reported') })).toEqual(['resume']);
  expect(lineActsOf({ proven: false, line: line('active') })).toEqual([]);
});

it('sends a day as its first moment', () => {
  expect(new Date(midnightOf('2026-11-26') ?? '').getHours()).toBe(0);
  expect(midnightOf('')).toBeNull();
});
