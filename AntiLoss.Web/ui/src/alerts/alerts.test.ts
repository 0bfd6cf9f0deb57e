import { describe, expect, it } from 'vitest';
import { news } from './alarms';
import { alarming, groupsOf, type Alert } from './alerts';

const alert = (id: string, device: string | null, change: Partial<Alert> = {}): Alert => ({
  id, device, deviceName: `Phone ${device ?? ''}`, fleet: '1', kind: 'simRemoved', severity: 'warning', state: 'open', happenedAt: '2026-03-02T08:00:00Z', receivedAt: '2026-03-02T08:00:00Z',
  detail: null, latitude: null, longitude: null, late: false, count: 1, acknowledgedBy: null, acknowledgedAt: null, resolvedBy: null, resolvedAt: null, how: null, folds: [], ...change,
});

describe('groupsOf', () => {
  it('groups by phone, newest first within, the most urgent phone first', () => {
    const groups = groupsOf([alert('1', 'a'), alert('2', 'b', { severity: 'critical' }), alert('3', 'a', { severity: 'info' })]);
    expect(groups.map(({ device, alerts }) => [device, alerts.map(({ id }) => id)])).toEqual([['b', ['2']], ['a', ['3', '1']]]);
  });

  it('puts what nobody has seen before what somebody has', () => {
    expect(groupsOf([alert('1', 'a', { severity: 'critical', state: 'acknowledged' }), alert('2', 'b', { severity: 'info' })]).map(({ device }) => device)).toEqual(['b', 'a']);
  });

  it('shows what a storm folds under it and nowhere else', () => {
    const groups = groupsOf([alert('1', 'a'), alert('2', 'b'), alert('3', null, { kind: 'storm', folds: ['1', '2'], severity: 'critical' }), alert('4', 'a')]);
    expect(groups.map(({ device, alerts, folded }) => [device, alerts.length, folded.length])).toEqual([[null, 1, 2], ['a', 1, 0]]);
  });
});

it('alarms about what is critical and unseen', () => {
  expect(alarming([alert('1', 'a', { severity: 'critical' }), alert('2', 'a', { severity: 'critical', state: 'acknowledged' }), alert('3', 'b')]).map(({ id }) => id)).toEqual(['1']);
});

it('tells of each alarm once, and of none that was there at first', () => {
  const [one, two] = [alert('1', 'a'), alert('2', 'a')];
  expect(news(null, [one])).toEqual([]);
  expect(news(new Set(['1']), [one, two])).toEqual([two]);
});
