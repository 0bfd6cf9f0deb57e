// Figures as a person reads them: ages, distances, speeds, dates by locale.

export interface Age {
  readonly unit: 'now' | 's' | 'min' | 'h' | 'd';
  readonly count: number;
}

/** How long ago, coarse enough to be read at a glance. A clock that runs behind the server's never shows a minus. */
export function ageOf(milliseconds: number): Age {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 1) return { unit: 'now', count: 0 };
  if (seconds < 60) return { unit: 's', count: seconds };
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return { unit: 'min', count: minutes };
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return { unit: 'h', count: hours };
  return { unit: 'd', count: Math.floor(hours / 24) };
}

const formatters = new Map<string, Intl.DateTimeFormat>();
const dateFormat = (language: string, options: Intl.DateTimeFormatOptions) => {
  const key = `${language}${JSON.stringify(options)}`;
  let format = formatters.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(language, options);
    formatters.set(key, format);
  }
  return format;
};

export const clock = (at: Date, language: string, zone: string) =>
  dateFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone }).format(at);

export const clockWithSeconds = (at: Date, language: string, zone: string) =>
  dateFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZone: zone }).format(at);

export const dateAndTime = (at: Date, language: string, zone: string) =>
  dateFormat(language, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23', timeZone: zone }).format(at);

export const date = (at: Date, language: string, zone: string) => dateFormat(language, { dateStyle: 'medium', timeZone: zone }).format(at);

export const metres = (of: number, language: string) =>
  of >= 1000
    ? `${new Intl.NumberFormat(language, { maximumFractionDigits: of >= 10_000 ? 0 : 1 }).format(of / 1000)} km`
    : `${new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(of)} m`;

export const speed = (metresPerSecond: number, language: string) =>
  `${new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(metresPerSecond * 3.6)} km/h`;

export const coordinates = (latitude: number, longitude: number) => `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;

const compass = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw'] as const;
export const compassPoint = (degrees: number) => compass[Math.round((((degrees % 360) + 360) % 360) / 45) % 8] ?? 'n';

/** The day of a moment in a zone, as `2026-11-25`. */
export const dayOf = (at: Date, zone: string) => dateFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: zone }).format(at);

/** The neighbour of a day, `2026-11-25` and 1 give `2026-11-26`. */
export function shiftDay(day: string, by: number): string {
  const at = new Date(`${day}T12:00:00Z`);
  at.setUTCDate(at.getUTCDate() + by);
  return at.toISOString().slice(0, 10);
}

/** When a day begins and ends in a zone; one of 23 or 25 hours too. */
export function dayBounds(day: string, zone: string): { since: string; until: string } {
  return { since: midnight(day, zone).toISOString(), until: midnight(shiftDay(day, 1), zone).toISOString() };
}

/** The first moment of a day in a zone: the offset is asked for at the guess, and once more at the corrected one. */
function midnight(day: string, zone: string): Date {
  const wanted = Date.parse(`${day}T00:00:00Z`);
  let at = wanted;
  for (let tries = 0; tries < 2; tries++) at = wanted - offsetAt(at, zone);
  return new Date(at);
}

function offsetAt(at: number, zone: string): number {
  const parts = dateFormat('en-GB', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  }).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) - at;
}
