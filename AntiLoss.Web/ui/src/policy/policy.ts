// A fleet's policy as `GET /api/v1/fleets/{id}/policy` has it, and how its fields are shown: durations are in seconds.

export interface Shift {
  day: string;
  from: string;
  until: string;
}

export interface Policy {
  version: number;
  reporting: Record<(typeof reportingFields)[number], number>;
  silenceAfterMoving: number;
  silenceAfterStill: number;
  escalateAfter: number | null;
  lockOnSuspected: boolean;
  offlineLockAfter: number;
  reseatWithin: number;
  pinFailuresToTamper: number;
  foreignSimTries: number;
  fallbackWithinKeptEnabled: number;
  fallbackWithinOnDemand: number;
  esimMegabytesPerDay: number;
  stormSharePercent: number;
  stormLeastPhones: number;
  ownSimInOtherPhone: string;
  maintenanceMax: number;
  hours: { timeZone: string; shifts: Shift[] } | null;
  privacy: string;
}

export const reportingFields = ['moving', 'still', 'suspected', 'suspectedFor', 'lostAtFirst', 'lostAtFirstFor', 'lostLater', 'lostOnLowBattery'] as const;

export const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

export const ownSimRules = ['warn', 'refuse'] as const;
export const privacySettings = ['always', 'workHours', 'whenLost'] as const;

export const units = ['s', 'min', 'h', 'd'] as const;
export type Unit = (typeof units)[number];

const secondsOf: Record<Unit, number> = { s: 1, min: 60, h: 3600, d: 86_400 };

export interface Duration {
  readonly count: number;
  readonly unit: Unit;
}

/** Seconds in the greatest unit that says them whole: 900 is 15 min, 90 is 90 s. */
export function durationOf(seconds: number): Duration {
  const unit = [...units].reverse().find((candidate) => seconds > 0 && seconds % secondsOf[candidate] === 0) ?? 's';
  return { count: seconds / secondsOf[unit], unit };
}

export const inSeconds = ({ count, unit }: Duration) => Math.round(count * secondsOf[unit]);
