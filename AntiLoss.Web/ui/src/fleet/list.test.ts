import { describe, expect, it } from 'vitest';
import type { StateName } from '../states';
import type { Phone } from './fleet';
import { matching, withHeadings } from './list';

const phone = (name: string, state: StateName, personName = ''): Phone => ({
  handle: 0, id: name, name, fleet: 1, person: 0, personName, state, bearer: 'unknown', charging: null, battery: null,
  place: null, heading: null, speed: null, moving: false, fixedAt: 0, contactAt: 0,
});
const names = (phones: readonly Phone[]) => phones.map((each) => each.name);

describe('the list', () => {
  const phones = [phone('Pixel 9', 'online', 'José Rivera'), phone('iPhone', 'offline', '王小明'), phone('Old', 'retired')];

  it('finds by name and person, without accents, in any order of words', () => {
    expect(names(matching(phones, { search: 'jose pix', state: null }, new Set()))).toEqual(['Pixel 9']);
    expect(names(matching(phones, { search: '小明', state: null }, new Set()))).toEqual(['iPhone']);
  });

  it('adds what only the server can find', () => {
    expect(names(matching(phones, { search: '3561', state: null }, new Set(['iPhone'])))).toEqual(['iPhone']);
  });

  it('shows retired phones to who looks for them only', () => {
    expect(names(matching(phones, { search: '', state: null }, new Set()))).toEqual(['Pixel 9', 'iPhone']);
    expect(names(matching(phones, { search: 'old', state: null }, new Set()))).toEqual(['Old']);
  });

  it('puts what needs attention under one heading, first', () => {
    const rows = withHeadings([phone('a', 'online'), phone('b', 'damaged'), phone('c', 'lost'), phone('d', 'offline')]);
    expect(rows.map((row) => (row.kind === 'heading' ? (row.urgent ? '!' : `#${row.state}`) : row.phone.name))).toEqual(['!', 'c', 'b', '#offline', 'd', '#online', 'a']);
  });
});
