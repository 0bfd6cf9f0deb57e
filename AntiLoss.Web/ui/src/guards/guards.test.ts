import { describe, expect, it } from 'vitest';
import { actsOf, commandsToShow, mayWithdraw, type Command, type Guards } from './guards';

const guards = (of: Partial<Guards>, obeys: 'yes' | 'no' = 'yes') =>
  ({ protection: 'armed', wipe: null, agent: { enrolment: 1 }, capabilities: [{ name: 'obeys', given: obeys, words: '' }], ...of }) as Guards;
const acts = (of: Partial<Guards>, obeys: 'yes' | 'no' = 'yes') => actsOf({ guards: guards(of, obeys), retired: null });

describe('what may be done about a phone', () => {
  it('offers a lost phone to be found and wiped, and never to be disarmed', () => {
    const { buttons, menu } = acts({ protection: 'lost' });
    expect(buttons).toEqual(['locate', 'ring', 'found']);
    expect(menu).toContain('wipe');
    expect(menu).not.toContain('disarm');
    expect(menu).not.toContain('unlock');
  });

  it('asks for no second wipe while one is wanted', () => {
    expect(acts({ protection: 'lost', wipe: {} as Guards['wipe'] }).menu).not.toContain('wipe');
  });

  it('pretends nothing to a phone whose app obeys nobody', () => {
    expect(acts({ protection: 'lost', agent: { enrolment: 0 } as Guards['agent'] }, 'no')).toEqual({ buttons: ['locate', 'found'], menu: ['enrolAgain'] });
    expect(acts({ protection: 'disarmed', agent: { enrolment: 0 } as Guards['agent'] }, 'no')).toEqual({ buttons: ['locate', 'arm', 'lost'], menu: [] });
  });

  it('offers nothing for a phone that is gone', () => {
    for (const protection of ['wiped', 'retired'] as const) expect(acts({ protection })).toEqual({ buttons: [], menu: [] });
    expect(actsOf({ guards: guards({}), retired: { at: '', by: '', reason: '' } })).toEqual({ buttons: [], menu: [] });
  });
});

it('withdraws what waits, and never what a loss wants', () => {
  const command = (kind: string, state: Command['state'] = 'sent') => ({ kind, state }) as Command;
  const lost = guards({ protection: 'lost' });
  expect(mayWithdraw(command('ring'), lost)).toBe(true);
  expect(mayWithdraw(command('lock'), lost)).toBe(false);
  expect(mayWithdraw(command('lock'), guards({}))).toBe(true);
  expect(mayWithdraw(command('ring', 'acknowledged'), lost)).toBe(false);
  expect(mayWithdraw(command('setPolicy'), guards({}))).toBe(false);
});

it('shows every command that is under way, and of the ended ones the last', () => {
  const command = (id: string, waitsFor: Command['waitsFor']) => ({ id, waitsFor }) as Command;
  const commands = [command('7', null), command('6', 'contact'), command('5', null), command('4', null), command('3', null), command('2', 'execution')];
  expect(commandsToShow(commands).map(({ id }) => id)).toEqual(['6', '2', '7', '5', '4']);
});
