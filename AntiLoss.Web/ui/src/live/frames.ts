import type { DeviceItem } from '../api';
import type { StateName } from '../states';

// What the hub sends, byte by byte: docs/live-feed.md. Pure: bytes in, one frame out, or an error that names the place.

export type Bearer = 'unknown' | 'none' | 'wifi' | 'mobile' | 'physicalSim' | 'esim';

/** Index: the number on the wire. 5 is kept free. */
export const wireStates: readonly (StateName | null)[] = ['never', 'online', 'overdue', 'offline', 'damaged', null, 'suspected', 'lost'];
export const wireBearers: readonly Bearer[] = ['unknown', 'none', 'wifi', 'mobile', 'physicalSim', 'esim'];

export type Counts = { all: number; esim: number } & Partial<Record<StateName, number>>;

export interface Introduction {
  handle: number;
  id: string;
  fleet: number;
  person: number;
  name: string;
  personName: string;
}

/** What changed of one phone. A field that is missing has not changed; differences are still to be added. */
export interface RowChange {
  handle: number;
  fresh: boolean;
  place?: { latitude: number; longitude: number };
  status?: { state: StateName; bearer: Bearer; charging: boolean | null };
  motion?: { heading: number | null; speed: number | null; moving: boolean };
  battery?: number | null;
  fixedAt?: number;
  contactAt?: number;
}

export interface Cluster {
  /** Stable for a cell of the grid: its number and level. */
  key: number;
  longitude: number;
  latitude: number;
  count: number;
  states: Partial<Record<StateName, number>>;
}

export interface Frame {
  number: number;
  reset: boolean;
  more: boolean;
  stale: boolean;
  clustered: boolean;
  /** The server's clock, Unix milliseconds. */
  time: number;
  counts?: Counts;
  introductions: Introduction[];
  rows: RowChange[];
  gone: number[];
  clusters?: { level: number; cells: Cluster[] };
  chosen?: DeviceItem | null;
  resume?: string;
}

const text = new TextDecoder();

class Reader {
  private readonly bytes: Uint8Array;
  private at: number;
  private readonly end: number;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get more() {
    return this.at < this.end;
  }

  byte(): number {
    if (this.at >= this.end) throw new RangeError(`A frame ends within a value, at byte ${this.at}.`);
    return this.bytes[this.at++] ?? 0;
  }

  /** Plain arithmetic: shifts would cut at 32 bits, and a time needs 41. */
  varint(): number {
    let value = 0;
    for (let factor = 1, count = 0; count < 8; count++, factor *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new RangeError(`A number of more than 8 bytes, at byte ${this.at}.`);
  }

  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  take(length: number): Uint8Array {
    if (length > this.end - this.at) throw new RangeError(`A frame ends within ${length} bytes, at byte ${this.at}.`);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text(): string {
    return text.decode(this.take(this.varint()));
  }

  rest(): Uint8Array {
    return this.take(this.end - this.at);
  }
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 16 bytes as 26 characters: the number is big-endian, the first character holds its top 3 bits. */
export function idText(bytes: Uint8Array): string {
  let result = '';
  let bits = 2;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      result += crockford[(value >> bits) & 31] ?? '';
      value &= (1 << bits) - 1;
    }
  }
  return result;
}

function counts(reader: Reader): Counts {
  const result: Counts = { all: reader.varint(), esim: reader.varint() };
  for (const state of wireStates) {
    if (!reader.more) break;
    const count = reader.varint();
    if (state) result[state] = count;
  }
  return result;
}

function introductions(reader: Reader): Introduction[] {
  const result: Introduction[] = [];
  let handle = 0;
  while (reader.more) {
    handle += reader.varint();
    const id = idText(reader.take(16));
    result.push({ handle, id, fleet: reader.varint(), person: reader.varint(), name: reader.text(), personName: reader.text() });
  }
  return result;
}

function row(reader: Reader, handle: number): RowChange {
  const mask = reader.byte();
  const change: RowChange = { handle, fresh: (mask & 1) !== 0 };
  if (mask & 2) change.place = { latitude: reader.zigzag(), longitude: reader.zigzag() };
  if (mask & 4) {
    const status = reader.varint();
    change.status = {
      state: wireStates[status & 7] ?? 'never',
      bearer: wireBearers[(status >> 3) & 7] ?? 'unknown',
      charging: [null, false, true][(status >> 6) & 3] ?? null,
    };
  }
  if (mask & 8) {
    const heading = reader.byte();
    const speed = reader.byte();
    change.motion = { heading: heading === 255 ? null : heading * 2, speed: speed === 0 ? null : (speed - 1) / 2, moving: speed > 3 };
  }
  if (mask & 16) {
    const battery = reader.byte();
    change.battery = battery === 255 ? null : battery;
  }
  if (mask & 32) change.fixedAt = reader.zigzag();
  if (mask & 64) change.contactAt = reader.zigzag();
  return change;
}

function rows(reader: Reader): RowChange[] {
  const result: RowChange[] = [];
  let handle = 0;
  while (reader.more) {
    handle += reader.varint();
    result.push(row(reader, handle));
  }
  return result;
}

function handles(reader: Reader): number[] {
  const result: number[] = [];
  let handle = 0;
  while (reader.more) {
    handle += reader.varint();
    result.push(handle);
  }
  return result;
}

function clusters(reader: Reader): { level: number; cells: Cluster[] } {
  const level = reader.byte();
  const side = 2 ** level;
  const cells: Cluster[] = [];
  let number = 0;
  while (reader.more) {
    number += reader.varint();
    const x = (number % side) + reader.byte() / 256;
    const y = Math.floor(number / side) + reader.byte() / 256;
    const mask = reader.byte();
    const states: Cluster['states'] = {};
    let count = 0;
    for (let bit = 0; bit < 8; bit++) {
      if (!(mask & (1 << bit))) continue;
      const phones = reader.varint();
      count += phones;
      const state = wireStates[bit];
      if (state) states[state] = phones;
    }
    cells.push({
      key: number,
      longitude: (x / side) * 360 - 180,
      latitude: (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / side))) * 180) / Math.PI,
      count,
      states,
    });
  }
  return { level, cells };
}

export function decodeFrame(bytes: Uint8Array): Frame {
  const reader = new Reader(bytes);
  const number = reader.varint();
  const flags = reader.varint();
  const frame: Frame = {
    number,
    reset: (flags & 1) !== 0,
    more: (flags & 2) !== 0,
    stale: (flags & 4) !== 0,
    clustered: (flags & 8) !== 0,
    time: reader.varint(),
    introductions: [],
    rows: [],
    gone: [],
  };
  while (reader.more) {
    const tag = reader.byte();
    const body = new Reader(reader.take(reader.varint()));
    if (tag === 1) frame.counts = counts(body);
    else if (tag === 2) frame.introductions = introductions(body);
    else if (tag === 3) frame.rows = rows(body);
    else if (tag === 4) frame.gone = handles(body);
    else if (tag === 5) frame.clusters = clusters(body);
    else if (tag === 6) frame.chosen = JSON.parse(text.decode(body.rest())) as DeviceItem | null;
    else if (tag === 7) frame.resume = text.decode(body.rest());
  }
  return frame;
}
