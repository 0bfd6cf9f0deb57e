// The REST interface of the server as the console uses it: one function a call, one error type.

import type { LineActName, RealNameDraft, Sim } from './guards/lines';
import type { Guards, Pending } from './guards/guards';
import type { Account, AccountChange, AccountDraft, AccountLink, ActionName, ApiKey, Role } from './accounts/accounts';
import type { Alert } from './alerts/alerts';
import type { Incident, IncidentDetail } from './alerts/incidents';
import type { Policy } from './policy/policy';
import { inWordsOfViewer } from './i18n';

export type DeviceStateName = 'lost' | 'suspected' | 'online' | 'overdue' | 'offline' | 'never' | 'damaged' | 'retired';
export type BearerName = 'wifi' | 'mobile' | 'physicalSim' | 'esim' | 'none' | 'unknown';

export interface Session {
  /** Without an address if it is an API key's. */
  account: { id: string; email: string | null; name: string };
  organization: { id: string; name: string };
  installationOwner: boolean;
  publicUrl: string;
  tls: boolean;
  publicUrlIsLocalhost: boolean;
  timeZone: string;
  role: Role;
  actions: ActionName[];
  /** The fleets that are seen; null for all. */
  fleets: string[] | null;
}

export interface Place {
  time: string;
  latitude: number;
  longitude: number;
  accuracy: number | null;
  speed: number | null;
  course: number | null;
}

export interface DeviceItem {
  id: string;
  name: string;
  fleet: string;
  person: { id: string; name: string } | null;
  imei: string | null;
  tags: string[];
  state: DeviceStateName;
  presence: 'online' | 'overdue' | 'offline' | 'never';
  protection: Guards['protection'];
  silence: string | null;
  lastContactAt: string | null;
  latest: Place | null;
  battery: { percent: number | null; charging: boolean | null } | null;
  bearer: BearerName;
  moving: boolean;
}

export interface Assignment {
  person: { id: string; name: string } | null;
  from: string;
  until: string | null;
  by: string;
  how: string | null;
}

export interface Device extends DeviceItem {
  since: string;
  enrolledAt: string;
  firstUse: { at: string; app: string; address: string } | null;
  assignments: Assignment[];
  lastEvent: { name: string; detail: string | null; at: string } | null;
  link: { bearer: BearerName; since: string; network: string | null; radio: string | null; signalDbm: number | null; roaming: boolean } | null;
  retired: { at: string; by: string; reason: string } | null;
  credentialVersion: number;
  guards: Guards;
  silenceJudged: { class: string; since: string; judgedAt: string; evidence: string; patienceUntil: string | null } | null;
}

/** A device with what is told of its credential once, on enrolment and on rotation. */
export interface Enrolment extends Device {
  credential: string;
  ownTracksSecret: string;
  settings: {
    ownTracks: { url: string; otrc: unknown; configUrl: string };
    traccar: { url: string; id: string; deepLink: string };
  };
  qr: { ownTracks: string; traccar: string };
}

export interface Position {
  time: string;
  latitude: number;
  longitude: number;
  accuracy: number | null;
  speed: number | null;
  course: number | null;
  altitude: number | null;
  battery: number | null;
  charging: boolean | null;
  bearer: BearerName;
  trigger: string | null;
  mock: boolean;
  received: string;
  late: boolean;
  flagged: 'impossible' | 'teleport' | 'ping' | null;
}

/** What became of a CSV file of phones. `line` counts from the header, which is 1. */
export interface ImportResult {
  dryRun: boolean;
  rows: number;
  devices: { line: number; id: string; name: string; credential: string }[];
  errors: { line: number; field: string; message: string }[];
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

/** A token with which many phones enrol, without its secret. */
export interface EnrolmentToken {
  id: string;
  name: string;
  fleet: string;
  phones: number;
  mostPhones: number;
  until: string;
  revoked: boolean;
  createdAt: string;
}

/** A phone that showed a token and waits for somebody's word. */
export interface WaitingPhone {
  id: string;
  token: string;
  fleet: string;
  reason: 'unlisted' | 'full' | 'lapsed' | 'revoked' | 'known';
  imei: string | null;
  serial: string | null;
  kind: string;
  software: string;
  since: string;
}

/** A recovery code that is told once, or who is waited for. */
export interface RecoveryCode {
  code: string | null;
  pending: Pending | null;
}

export interface Fleet {
  id: string;
  name: string;
  friends: boolean;
  count: number;
}

export interface Person {
  id: string;
  name: string;
  email: string | null;
  fleet: string;
}

export interface DeadLetter {
  id: string;
  device: string;
  receivedAt: string;
  protocol: string;
  reason: string;
  /** Bytes of the message as it arrived. */
  length: number;
  /** How many of them are kept. */
  kept: number;
  /** The first of them, base64; null where the fleet's privacy kept length and hash only. */
  bytes: string | null;
}

/** A sender that nobody enrolled. */
export interface Stranger {
  sender: string;
  count: number;
  firstAt: string;
  lastAt: string;
  blocked: boolean;
  /** The last ones, oldest first; none of a sender that was blocked before it was heard. */
  messages: { app: string; address: string }[];
}

export interface WrongPassword {
  device: string;
  count: number;
  lastAt: string;
  app: string;
  address: string;
}

export interface OrganizationItem {
  id: string;
  foundedAt: string;
}

export interface BaseMaps {
  items: { name: string; url: string; bounds: [number, number, number, number] | null }[];
  tileSource: string | null;
}

/** A refusal in the server's own words; `field` says which input it is about. */
export class ApiError extends Error {
  readonly status: number;
  readonly field: string | null;
  readonly fields: Record<string, string>;

  constructor(status: number, message: string, fields: Record<string, string> = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.fields = fields;
    this.field = Object.keys(fields)[0] ?? null;
  }
}

interface Problem {
  title?: string;
  detail?: string;
  field?: string;
  errors?: Record<string, string[] | string>;
}

const problemOf = async (response: Response): Promise<ApiError> => {
  let problem: Problem = {};
  try {
    problem = (await response.json()) as Problem;
  } catch {
    // A proxy in between answers with a page of its own: the status is all there is.
  }
  const fields: Record<string, string> = {};
  for (const [name, said] of Object.entries(problem.errors ?? {})) {
    fields[name.charAt(0).toLowerCase() + name.slice(1)] = [said].flat().map(inWordsOfViewer).join(' ');
  }
  const message = inWordsOfViewer(problem.detail ?? Object.values(fields)[0] ?? problem.title ?? response.statusText);
  if (problem.field) fields[problem.field] ??= message;
  return new ApiError(response.status, message, fields);
};

type Query = Record<string, string | number | boolean | null | undefined>;

export const query = (of: Query): string => {
  const pairs = Object.entries(of).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString()}`;
};

/** Called when the server no longer knows the session. */
let onSignedOut: () => void = () => undefined;
export const whenSignedOut = (call: () => void) => {
  onSignedOut = call;
};

async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const init: RequestInit = { method, credentials: 'same-origin', headers: { accept: 'application/json' } };
  if (signal) init.signal = signal;
  if (body !== undefined) {
    const text = typeof body === 'string';
    init.body = text ? body : JSON.stringify(body);
    init.headers = { accept: 'application/json', 'content-type': text ? 'text/csv' : 'application/json' };
  }
  const response = await fetch(`/api/v1${path}`, init);
  if (!response.ok) {
    if (response.status === 401 && path !== '/session') onSignedOut();
    throw await problemOf(response);
  }
  const answer = await response.text();
  return (answer === '' ? undefined : JSON.parse(answer)) as T;
}

const get = <T>(path: string, signal?: AbortSignal) => call<T>('GET', path, undefined, signal);
const post = <T>(path: string, body?: unknown) => call<T>('POST', path, body);
const put = <T>(path: string, body: unknown) => call<T>('PUT', path, body);
const patch = <T>(path: string, body: unknown) => call<T>('PATCH', path, body);
const remove = (path: string) => call<undefined>('DELETE', path);

export interface SetUpRequest {
  token: string;
  organization: string;
  name: string;
  email: string;
  password: string;
  timeZone: string;
}

export interface DeviceDraft {
  name?: string;
  since?: string | null;
  fleet?: string | null;
  person?: string | null;
  imei?: string | null;
  tags?: string[];
}

export const api = {
  setUpNeeded: () => get<{ needed: boolean }>('/setup'),
  setUp: (request: SetUpRequest) => post<undefined>('/setup', request),
  session: () => get<Session>('/session'),
  signIn: (email: string, password: string) => post<undefined>('/session', { email, password }),
  signOut: () => remove('/session'),
  changePassword: (currentPassword: string, newPassword: string) => post<undefined>('/account/password', { currentPassword, newPassword }),
  recover: (token: string, newPassword: string) => post<undefined>('/account/recovery', { token, newPassword }),

  devices: (of: { fleet?: string | null; state?: string | null; search?: string; cursor?: string | null; limit?: number }, signal?: AbortSignal) =>
    get<Page<DeviceItem>>(`/devices${query(of)}`, signal),
  device: (id: string, signal?: AbortSignal) => get<Device>(`/devices/${encodeURIComponent(id)}`, signal),
  enrol: (draft: DeviceDraft) => post<Enrolment>('/devices', draft),
  change: (id: string, draft: DeviceDraft) => patch<Device>(`/devices/${encodeURIComponent(id)}`, draft),
  rotate: (id: string) => post<Enrolment>(`/devices/${encodeURIComponent(id)}/rotate`),
  assign: (id: string, person: string | null, how: string) => post<Device>(`/devices/${encodeURIComponent(id)}/assign`, { person, how }),
  act: (id: string, act: string, body: Record<string, string>) => post<Device>(`/devices/${encodeURIComponent(id)}/${act}`, body),
  undo: (id: string, act: string, reason: string) => remove(`/devices/${encodeURIComponent(id)}/${act}${query({ reason })}`),
  recoveryCode: (id: string, body: Record<string, string>) => post<RecoveryCode>(`/devices/${encodeURIComponent(id)}/recovery-code`, body),
  retire: (id: string, reason: string) => post<Device>(`/devices/${encodeURIComponent(id)}/retire`, { reason }),
  positions: (id: string, of: { since: string; until: string; cursor?: string | null; limit?: number }, signal?: AbortSignal) =>
    get<Page<Position>>(`/devices/${encodeURIComponent(id)}/positions${query(of)}`, signal),

  sim: (iccid: string, signal?: AbortSignal) => get<Sim>(`/sims/${encodeURIComponent(iccid)}`, signal),
  lineAct: (iccid: string, act: LineActName, body: { reason: string; goesDark?: boolean }) => post<Sim>(`/sims/${encodeURIComponent(iccid)}/${act}`, body),
  nameLine: (iccid: string, name: RealNameDraft) => put<Sim>(`/sims/${encodeURIComponent(iccid)}/real-name`, name),

  alerts: (of: { state: 'open' | null; cursor?: string | null; limit?: number }, signal?: AbortSignal) => get<Page<Alert>>(`/alerts${query(of)}`, signal),
  acknowledge: (id: string) => post<Alert>(`/alerts/${encodeURIComponent(id)}/acknowledge`),
  resolve: (id: string, how: string) => post<Alert>(`/alerts/${encodeURIComponent(id)}/resolve`, { how }),
  incidents: (of: { cursor?: string | null; limit?: number }, signal?: AbortSignal) => get<Page<Incident>>(`/incidents${query(of)}`, signal),
  incident: (id: string, signal?: AbortSignal) => get<IncidentDetail>(`/incidents/${encodeURIComponent(id)}`, signal),
  addNote: (incident: string, text: string) => post<undefined>(`/incidents/${encodeURIComponent(incident)}/notes`, { text }),

  importDevices: (csv: string, dryRun: boolean) => post<ImportResult>(`/devices/import${query({ dryRun })}`, csv),

  fleets: (cursor?: string | null) => get<Page<Fleet>>(`/fleets${query({ cursor, limit: 200 })}`),
  addFleet: (name: string) => post<Fleet>('/fleets', { name }),
  changeFleet: (id: string, change: Partial<Pick<Fleet, 'name' | 'friends'>>) => patch<Fleet>(`/fleets/${id}`, change),
  removeFleet: (id: string) => remove(`/fleets/${id}`),
  policy: (fleet: string) => get<Policy>(`/fleets/${encodeURIComponent(fleet)}/policy`),
  usualPolicy: () => get<Policy>('/policy-defaults'),
  changePolicy: (fleet: string, policy: Policy) => put<Policy>(`/fleets/${encodeURIComponent(fleet)}/policy`, policy),

  people: (of: { search?: string; cursor?: string | null; limit?: number }, signal?: AbortSignal) => get<Page<Person>>(`/people${query(of)}`, signal),
  addPerson: (person: { name: string; email?: string | null; fleet?: string | null }) => post<Person>('/people', person),
  changePerson: (id: string, change: { name?: string; email?: string | null; fleet?: string | null }) => patch<Person>(`/people/${id}`, change),
  removePerson: (id: string) => remove(`/people/${id}`),

  accounts: () => get<Page<Account>>('/accounts'),
  addAccount: (draft: AccountDraft) => post<AccountLink>('/accounts', draft),
  changeAccount: (id: string, change: AccountChange) => patch<Account>(`/accounts/${id}`, change),
  resetAccount: (id: string) => post<AccountLink>(`/accounts/${id}/password-link`),
  removeAccount: (id: string) => remove(`/accounts/${id}`),

  enrolmentTokens: () => get<Page<EnrolmentToken>>('/enrolment-tokens'),
  addEnrolmentToken: (draft: { name: string; fleet: string | null; phones: number; until: string }) => post<{ token: EnrolmentToken; secret: string }>('/enrolment-tokens', draft),
  revokeEnrolmentToken: (id: string) => remove(`/enrolment-tokens/${id}`),
  equipment: (cursor: string | null) => get<Page<string>>(`/equipment${query({ cursor, limit: 100 })}`),
  addEquipment: (identifiers: string[]) => post<{ identifiers: number }>('/equipment', { identifiers }),
  removeEquipment: (identifier: string) => remove(`/equipment/${encodeURIComponent(identifier)}`),
  waitingPhones: () => get<Page<WaitingPhone>>('/waiting-phones'),
  decide: (id: string, admitted: boolean) => post<undefined>(`/waiting-phones/${encodeURIComponent(id)}/${admitted ? 'admit' : 'refuse'}`),

  apiKeys: (cursor?: string | null) => get<Page<ApiKey>>(`/api-keys${query({ cursor, limit: 200 })}`),
  addApiKey: (draft: { name: string; actions: ActionName[]; fleets: string[] | null }) => post<{ id: string; name: string; createdAt: string; key: string }>('/api-keys', draft),
  removeApiKey: (id: string) => remove(`/api-keys/${encodeURIComponent(id)}`),

  organizations: (cursor?: string | null) => get<Page<OrganizationItem>>(`/organizations${query({ cursor, limit: 200 })}`),
  addOrganization: (draft: { name: string; email: string; password: string; ownerName: string; timeZone: string }) => post<OrganizationItem>('/organizations', draft),
  organization: () => get<{ id: string; name: string }>('/organization'),
  changeOrganization: (change: { name?: string; timeZone?: string }) => patch<{ id: string; name: string }>('/organization', change),
  deadLetters: (cursor: string | null) => get<Page<DeadLetter>>(`/dead-letters${query({ cursor, limit: 50 })}`),
  quarantine: () => get<Page<Stranger> & { wrongPasswords: WrongPassword[] }>('/quarantine'),
  block: (id: string, blocked: boolean) => post<undefined>(`/quarantine/${encodeURIComponent(id)}/block`, { blocked }),
  baseMaps: () => get<BaseMaps>('/basemaps'),
};

/** A phone's history between two moments, in order of time; `more` if there is more than so many. */
export async function everyPosition(id: string, since: string, until: string, most: number, signal: AbortSignal) {
  const items: Position[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Position> = await api.positions(id, { since, until, cursor, limit: Math.min(most, 5000) }, signal);
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null && items.length < most);
  return { items, more: cursor !== null };
}

/** Every item of a paged list, for lists that are short by their nature. */
export async function all<T>(page: (cursor: string | null) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const next: Page<T> = await page(cursor);
    items.push(...next.items);
    cursor = next.next;
  } while (cursor !== null);
  return items;
}
