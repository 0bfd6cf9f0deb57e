import type { DeviceItem } from '../api';
import type { StateName } from '../states';
import { byUrgency, type Phone } from './fleet';

// What the panel lists: from the phones that are here, or, in a fleet too large to be sent, from what was asked for.

export interface Filter {
  readonly search: string;
  readonly state: StateName | null;
}

const folded = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** Every word of the search in the name or the person's name; or found by the server, which knows IMEI and tags. */
export function matching(phones: readonly Phone[], filter: Filter, found: ReadonlySet<string>): Phone[] {
  const words = folded(filter.search).split(/\s+/).filter(Boolean);
  return phones.filter((phone) => {
    if (filter.state && phone.state !== filter.state) return false;
    if (words.length === 0) return phone.state !== 'retired';
    const text = folded(`${phone.name} ${phone.personName}`);
    return words.every((word) => text.includes(word)) || found.has(phone.id);
  });
}

export const phoneOf = (item: DeviceItem): Phone => ({
  handle: -1,
  id: item.id,
  name: item.name,
  fleet: Number(item.fleet),
  person: item.person ? Number(item.person.id) : 0,
  personName: item.person?.name ?? '',
  state: item.state,
  bearer: item.bearer,
  charging: item.battery?.charging ?? null,
  battery: item.battery?.percent ?? null,
  place: item.latest && { latitude: Math.round(item.latest.latitude * 1e6), longitude: Math.round(item.latest.longitude * 1e6) },
  heading: item.latest?.course ?? null,
  speed: item.latest?.speed ?? null,
  moving: item.moving,
  fixedAt: item.latest ? Date.parse(item.latest.time) / 1000 : 0,
  contactAt: item.lastContactAt ? Date.parse(item.lastContactAt) / 1000 : 0,
});

export type ListRow = { kind: 'heading'; state: StateName; urgent: boolean } | { kind: 'phone'; phone: Phone };

const urgent = (state: StateName) => state === 'lost' || state === 'suspected' || state === 'damaged';

/** Phones in order, with a heading before each state; what needs attention shares one. */
export function withHeadings(phones: readonly Phone[]): ListRow[] {
  const rows: ListRow[] = [];
  let before: string | null = null;
  for (const phone of [...phones].sort(byUrgency)) {
    const group = urgent(phone.state) ? 'urgent' : phone.state;
    if (group !== before) rows.push({ kind: 'heading', state: phone.state, urgent: urgent(phone.state) });
    before = group;
    rows.push({ kind: 'phone', phone });
  }
  return rows;
}
