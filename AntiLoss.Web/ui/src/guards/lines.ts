import type { Actor } from './guards';

// The line behind a SIM, as GET /api/v1/sims/{iccid} has it, and what may be done about it.

export interface Sim {
  iccid: string;
  boundTo: string | null;
  proven: boolean;
  line: { state: 'active' | 'suspended' | 'reported'; since: string | null; by: Actor | null; reason: string | null };
  realName: { subject: 'organization' | 'person'; person: { id: string; name: string } | null; verifiedBy: string; verifiedAt: string; until: string; current: boolean } | null;
  satisfies: boolean;
  reasons: string[];
  carrierRequests: { id: string; act: 'suspend' | 'resume' | 'reportStolen' | 'confirm'; state: 'requested' | 'recorded' | 'passedOn' | 'failed' | 'superseded'; at: string; trouble: string | null }[];
}

/** Below `/sims/{iccid}/`. */
export type LineActName = 'suspend' | 'resume' | 'report';

export interface RealNameDraft {
  subject: 'organization' | 'person';
  person: string | null;
  identityNumber: string;
  verifiedBy: string;
  verifiedAt: string | null;
  until: string | null;
  reason: string;
}

/** What its status allows; a carrier is asked only for a SIM that a phone has proved to be its own. */
export function lineActsOf({ line, proven }: Pick<Sim, 'line' | 'proven'>): LineActName[] {
  if (!proven) return [];
  const lapsed = line.by?.id === 'clock';
  if (line.state === 'active' || lapsed) return ['suspend', 'report'];
  return line.state === 'suspended' ? ['resume', 'report'] : ['resume'];
}

/** Midnight, by this browser's clock, of a day that a field of the kind "date" has; null for none. */
export const midnightOf = (day: string): string | null => (day === '' ? null : new Date(`${day}T00:00`).toISOString());
