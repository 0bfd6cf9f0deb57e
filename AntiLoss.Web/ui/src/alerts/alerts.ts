// What the inbox shows: alerts of the server, grouped as a person works through them.

import type { Actor } from '../guards/guards';

export type Severity = 'info' | 'warning' | 'critical';

export interface Alert {
  id: string;
  /** Null for a storm, which names no single phone. */
  device: string | null;
  deviceName: string;
  fleet: string | null;
  kind: string;
  severity: Severity;
  state: 'open' | 'acknowledged' | 'resolved';
  happenedAt: string;
  receivedAt: string;
  detail: string | null;
  latitude: number | null;
  longitude: number | null;
  late: boolean;
  count: number;
  acknowledgedBy: Actor | null;
  acknowledgedAt: string | null;
  resolvedBy: Actor | null;
  resolvedAt: string | null;
  how: string | null;
  /** Ids of the alerts that a storm folds. */
  folds: string[];
}

/** A phone's alerts, or one storm with what it folds. */
export interface AlertGroup {
  id: string;
  device: string | null;
  name: string;
  alerts: Alert[];
  /** What lies under a storm. */
  folded: Alert[];
}

const weight: Record<Severity, number> = { critical: 2, warning: 1, info: 0 };

/** How urgent: what nobody has seen comes before what somebody has, and that before what is over. */
const urgency = ({ state, severity }: Alert) => (state === 'open' ? 6 : state === 'acknowledged' ? 3 : 0) + weight[severity];

const newestFirst = (one: Alert, other: Alert) => (one.id < other.id ? 1 : one.id > other.id ? -1 : 0);

/** Alerts by phone, the most urgent phone first; what a storm folds lies under it and nowhere else. */
export function groupsOf(alerts: readonly Alert[]): AlertGroup[] {
  const under = new Map(alerts.flatMap((storm) => storm.folds.map((id) => [id, storm.id] as const)));
  const groups = new Map<string, AlertGroup>();
  for (const alert of [...alerts].sort(newestFirst)) {
    const storm = under.get(alert.id);
    const key = storm ?? alert.device ?? alert.id;
    let group = groups.get(key);
    if (!group) {
      group = { id: key, device: storm ? null : alert.device, name: storm ? '' : alert.deviceName, alerts: [], folded: [] };
      groups.set(key, group);
    }
    (storm ? group.folded : group.alerts).push(alert);
  }
  const most = ({ alerts: own, folded }: AlertGroup) => Math.max(...[...own, ...folded].map(urgency));
  return [...groups.values()].sort((one, other) => most(other) - most(one));
}

/** Those that nobody has seen and that can't wait. */
export const alarming = (alerts: readonly Alert[]) => alerts.filter(({ state, severity }) => state === 'open' && severity === 'critical');
