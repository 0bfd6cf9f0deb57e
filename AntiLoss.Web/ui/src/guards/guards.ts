import type { Device } from '../api';

// What guards a phone, as `guards` of GET /api/v1/devices/{id} has it, and what may be done about it.

export interface Actor {
  id: string;
  name: string;
}

export interface Tamper {
  reason: string;
  since: string;
  detail: string | null;
  silence: string | null;
  slot: number | null;
  cleared: boolean;
}

export interface SimSlot {
  slot: number;
  guard: string;
  iccid: string | null;
  operator: string | null;
  network: string | null;
  exact: boolean;
  since: string;
  wrongPins: number;
}

export interface Command {
  id: string;
  kind: string;
  state: 'queued' | 'sent' | 'acknowledged' | 'succeeded' | 'failed' | 'expired' | 'cancelled';
  by: Actor;
  reason: string | null;
  text: string | null;
  at: string;
  expiresAt: string | null;
  sentAt: string | null;
  acknowledgedAt: string | null;
  doneAt: string | null;
  code: string | null;
  waitsFor: 'report' | 'contact' | 'silentPhone' | 'confirmation' | 'execution' | null;
  wokenAt: string | null;
  wakeFailure: string | null;
}

export interface Window {
  from: string | null;
  until: string;
  by: Actor;
  reason: string;
}

/** Somebody calls for a recovery code, and how it is known who. */
export interface RecoveryCall {
  purpose: RecoveryPurpose;
  callerCheck: CallerCheck;
  calledNumber: string | null;
}

export const recoveryPurposes = ['endLockout', 'powerOffOnce', 'newPin'] as const;
export type RecoveryPurpose = (typeof recoveryPurposes)[number];

export const callerChecks = ['signedIn', 'calledBack', 'inPerson'] as const;
export type CallerCheck = (typeof callerChecks)[number];

/** What waits for a second person. */
export interface Pending {
  id: string;
  action: string;
  by: Actor;
  reason: string;
  at: string;
  until: string;
  recoveryCall: RecoveryCall | null;
}

export interface Guards {
  protection: 'disarmed' | 'armed' | 'suspected' | 'lost' | 'wiped' | 'retired';
  since: string | null;
  reasons: Tamper[];
  escalatesAt: string | null;
  loss: { at: string; by: Actor; reason: string; message: string | null; phoneNumber: string | null } | null;
  lock: { wanted: boolean | null; reported: boolean | null };
  powerOff: { stage: 'ready' | 'challenged' | 'released' | 'lockedOut'; until: string | null; failures: number; mayPowerOffOnce: boolean };
  pin: { setAt: string | null; newWanted: boolean; handedOver: boolean };
  slots: SimSlot[];
  boundSims: { sim: string; proven: boolean; at: string; by: Actor }[];
  acceptNextSim: Window | null;
  maintenance: Window | null;
  esim: { profile: string; eid: string | null; iccid: string | null; operator: string | null; at: string } | null;
  pending: Pending | null;
  wipe: { requestedAt: string; by: Actor; reason: string; approvedBy: Actor | null; approvedAt: string | null; until: string | null } | null;
  policy: { wanted: number; confirmed: number };
  agent: { kind: 'trackingApp' | 'managed' | 'deviceOwner' | 'oemAgent'; enrolment: number; software: string | null; enrolledAt: string | null; silentUntilUnlocked: boolean };
  capabilities: { name: string; given: 'yes' | 'partly' | 'no'; words: string }[];
  nextContactBy: string | null;
  commands: Command[];
  recoveryCodes: { call: RecoveryCall; by: Actor; agreedBy: Actor | null; at: string; reason: string }[];
  push: { service: string; at: string; served: boolean; reaches: boolean; wokenAt: string | null } | null;
  incidentReopenedAt: string | null;
}

/** A field of the form that an act asks for, beside its reason. */
export type ActField = 'message' | 'phoneNumber' | 'text' | 'until' | 'iccid';

interface ActStyle {
  /** Below `/devices/{id}/`; the same for those that only differ in what they send. */
  readonly path: string;
  readonly sends?: Readonly<Record<string, string>>;
  readonly fields?: readonly ActField[];
  /** What it does cannot be taken back, or frightens somebody. */
  readonly danger?: boolean;
}

export const acts = {
  arm: { path: 'arm' },
  disarm: { path: 'disarm', danger: true },
  dismiss: { path: 'dismiss' },
  lost: { path: 'lost', fields: ['message', 'phoneNumber'], danger: true },
  found: { path: 'found' },
  agree: { path: 'agree' },
  enrolAgain: { path: 'enrol-again' },
  wipe: { path: 'wipe', danger: true },
  approveWipe: { path: 'wipe/approve', danger: true },
  cancelWipe: { path: 'wipe/cancel' },
  closeIncident: { path: 'close-incident' },
  maintenance: { path: 'maintenance', fields: ['until'] },
  acceptNextSim: { path: 'accept-next-sim', fields: ['until'] },
  bindSim: { path: 'sims', fields: ['iccid'] },
  locate: { path: 'commands', sends: { kind: 'locate' } },
  ring: { path: 'commands', sends: { kind: 'ring' } },
  lock: { path: 'commands', sends: { kind: 'lock' }, fields: ['text'] },
  unlock: { path: 'commands', sends: { kind: 'unlock' } },
  message: { path: 'commands', sends: { kind: 'message' }, fields: ['text'] },
} as const satisfies Record<string, ActStyle>;

export type ActName = keyof typeof acts;

export const styleOf = (act: ActName): ActStyle => acts[act];

/** Whether the software on the phone does what it is told, now or at its next contact with its management. */
export const obeys = (guards: Guards) => guards.capabilities.some(({ name, given }) => name === 'obeys' && given !== 'no');

/** What this state allows, the most likely first: buttons of the head, then items of its menu. */
export function actsOf(device: Pick<Device, 'guards' | 'retired'>): { buttons: ActName[]; menu: ActName[] } {
  const { guards, retired } = device;
  const { protection } = guards;
  if (retired || protection === 'wiped' || protection === 'retired') return { buttons: [], menu: [] };
  const told = obeys(guards);
  const lost = protection === 'lost';
  const when = (holds: boolean, ...names: ActName[]) => (holds ? names : []);
  return {
    buttons: [
      'locate',
      ...when(told, 'ring'),
      ...when(protection === 'disarmed', 'arm'),
      ...when(protection === 'suspected', 'dismiss'),
      lost ? 'found' : 'lost',
    ],
    menu: [
      ...when(told, 'message', 'lock'),
      ...when(told && !lost, 'unlock'),
      ...when(guards.agent.enrolment > 0, 'bindSim', 'acceptNextSim'),
      ...when(guards.agent.enrolment > 0 && !lost, 'maintenance'),
      ...when(lost, 'enrolAgain'),
      ...when(protection === 'armed', 'disarm'),
      ...when(lost && told && guards.wipe === null, 'wipe'),
    ],
  };
}

/** Whether a help desk may free this phone: its software knows recovery codes, and there is a phone. */
export const mayRecover = ({ guards, retired }: Pick<Device, 'guards' | 'retired'>) =>
  guards.agent.enrolment > 0 && !retired && guards.protection !== 'wiped' && guards.protection !== 'retired';

/** Digits as they are read out over a telephone: 123 456 7890. */
export const spoken = (code: string) => code.replace(/^(\d{3})(\d{3})(\d{4})$/, '$1 $2 $3');

/** Commands that are still under way; and of those that people gave and that have ended the last few. */
export function commandsToShow(commands: readonly Command[], ended = 3): Command[] {
  const under = commands.filter(({ waitsFor }) => waitsFor !== null);
  return [...under, ...commands.filter(({ waitsFor, kind }) => waitsFor === null && kind !== 'setPolicy').slice(0, ended)];
}

/** What is wanted of a phone for as long as it is lost, and its policy, end with that and not by themselves. */
export const mayWithdraw = ({ kind, state }: Command, { protection }: Guards) =>
  (state === 'queued' || state === 'sent') && kind !== 'setPolicy' && !(protection === 'lost' && (kind === 'lock' || kind === 'wipe'));
