import type { Tokens } from './tokens';

// What a phone can be in, in one table: its order in the list, its colour and its shape.

export type StateName = 'lost' | 'suspected' | 'damaged' | 'offline' | 'overdue' | 'online' | 'never' | 'retired';
export type Shape = 'diamond' | 'triangle' | 'disc' | 'ring' | 'dashed' | 'cross';

export interface DeviceStateStyle {
  /** Lower comes first in the list. */
  readonly rank: number;
  readonly colour: keyof Tokens;
  readonly shape: Shape;
}

export const states: Record<StateName, DeviceStateStyle> = {
  lost: { rank: 0, colour: 'lost', shape: 'diamond' },
  suspected: { rank: 1, colour: 'suspected', shape: 'triangle' },
  damaged: { rank: 2, colour: 'lost', shape: 'cross' },
  offline: { rank: 3, colour: 'offline', shape: 'ring' },
  overdue: { rank: 4, colour: 'overdue', shape: 'dashed' },
  online: { rank: 5, colour: 'online', shape: 'disc' },
  never: { rank: 6, colour: 'offline', shape: 'dashed' },
  retired: { rank: 7, colour: 'offline', shape: 'cross' },
};

export const stateNames = Object.keys(states) as StateName[];

/** The chips of the fleet panel, in their order on screen. */
export const chipStates: StateName[] = ['lost', 'suspected', 'online', 'overdue', 'offline', 'never'];
