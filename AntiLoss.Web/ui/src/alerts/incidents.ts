// What the console shows of incidents, as the server has them.

import type { Actor, Command } from '../guards/guards';
import type { Assignment } from '../api';
import type { Severity } from './alerts';

export interface Incident {
  id: string;
  device: string;
  deviceName: string;
  fleet: string;
  person: string | null;
  personName: string | null;
  openedAt: string;
  openedBy: Actor;
  reason: string | null;
  closedAt: string | null;
  closedBy: Actor | null;
  outcome: string | null;
  seenAt: string | null;
  seenBy: Actor | null;
}

export interface IncidentMoment {
  id: string;
  at: string;
  kind: 'alert' | 'audit' | 'note';
  /** The alert's kind, the audit's action, or the note's text. */
  what: string;
  by: Actor | null;
  detail: string | null;
  severity: Severity | null;
  before: string | null;
  after: string | null;
  latitude: number | null;
  longitude: number | null;
}

export interface IncidentDetail {
  incident: Incident;
  hadBy: Assignment[];
  timeline: IncidentMoment[];
  commands: Command[];
  from: string;
  until: string;
}

/** An action as the audit names it, apart from that it was only asked for. */
export const actionOf = (action: string) => (action.startsWith('asked-') ? { name: action.slice(6), asked: true } : { name: action, asked: false });
