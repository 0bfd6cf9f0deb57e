import type { Tokens } from './tokens';

// What a phone can be in, in one table: its order in the list, its colour, its shape and whether the server already
// says it. Lost and Suspected come with the guards; nothing else has to change for them but `live`.

export type StateName = 'lost' | 'suspected' | 'damaged' | 'offline' | 'overdue' | 'online' | 'never' | 'retired';
export type Shape = 'diamond' | 'triangle' | 'disc' | 'ring' | 'dashed' | 'cross';

export interface DeviceStateStyle {
  /** Lower comes first in the list. */
  readonly rank: number;
  readonly colour: keyof Tokens;
  readonly shape: Shape;
  /** Has a chip in the panel. */
  readonly chip: boolean;
  /** Spoken by the server today. */
  readonly live: boolean;
}

export const states: Record<StateName, DeviceStateStyle> = {
  lost: { rank: 0, colour: 'lost', shape: 'diamond', chip: true, live: false },
  suspected: { rank: 1, colour: 'suspected', shape: 'triangle', chip: true, live: false },
  damaged: { rank: 2, colour: 'lost', shape: 'cross', chip: false, live: true },
  offline: { rank: 3, colour: 'offline', shape: 'ring', chip: true, live: true },
  overdue: { rank: 4, colour: 'overdue', shape: 'dashed', chip: true, live: true },
  online: { rank: 5, colour: 'online', shape: 'disc', chip: true, live: true },
  never: { rank: 6, colour: 'offline', shape: 'dashed', chip: true, live: true },
  retired: { rank: 7, colour: 'offline', shape: 'cross', chip: false, live: true },
};

export const stateNames = Object.keys(states) as StateName[];

/** The chips of the fleet panel, in their order on screen. */
export const chipStates: StateName[] = (['lost', 'suspected', 'online', 'overdue', 'offline', 'never'] as const).filter(
  (name) => states[name].live,
);
