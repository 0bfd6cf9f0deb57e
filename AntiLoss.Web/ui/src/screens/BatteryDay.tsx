import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { everyPosition } from '../api';
import { useNow } from '../console';
import type { Phone } from '../fleet/fleet';
import { Battery } from '../parts/marks';
import { Part } from './DeviceDrawer';

const day = 86_400_000;
const width = 388;
const height = 40;
/** Silence longer than this leaves a hole: nobody knows what the battery did. */
const holeAfter = 2 * 3_600_000;
const pointsAtMost = 20_000;

interface Charge {
  readonly at: number;
  readonly percent: number;
}

/** The battery over the last 24 hours, as far as the phone's reports told. */
export function BatteryDay({ phone }: { phone: Phone }) {
  const { t } = useTranslation();
  const now = useNow() * 1000;
  const read = useQuery({
    queryKey: ['battery', phone.id],
    queryFn: async ({ signal }) => {
      const until = Date.now() + 60_000;
      const { items } = await everyPosition(phone.id, new Date(until - day).toISOString(), new Date(until).toISOString(), pointsAtMost, signal);
      return items.flatMap(({ time, battery }): Charge[] => (battery === null ? [] : [{ at: Date.parse(time), percent: battery }]));
    },
    staleTime: 300_000,
    refetchInterval: 300_000,
  });
  const known = read.data ?? [];
  const charges = phone.battery === null ? known : [...known, { at: Math.max(phone.fixedAt * 1000, known.at(-1)?.at ?? 0), percent: phone.battery }];
  const lowest = Math.min(...charges.map(({ percent }) => percent));
  return (
    <Part title={t('drawer.battery')} aside={<Battery percent={phone.battery} charging={phone.charging} />}>
      <svg className="spark" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img"
        aria-label={t('drawer.batteryDay', { first: charges[0]?.percent ?? phone.battery, last: phone.battery, lowest })}>
        <path className="spark-grid" d={`M0 .5H${width}M0 ${height / 2}H${width}M0 ${height - 0.5}H${width}`} vectorEffect="non-scaling-stroke" />
        <path className="spark-line" d={sparkline(charges, now - day, now)} vectorEffect="non-scaling-stroke" />
      </svg>
      <div className="spark-axis" aria-hidden="true"><span>{t('drawer.hoursAgo', { count: 24 })}</span><span>{t('age.now')}</span></div>
    </Part>
  );
}

/** A path through what is known, one point a pixel at most. */
export function sparkline(charges: readonly Charge[], from: number, until: number): string {
  let path = '';
  let before: { readonly at: number; readonly x: number } | undefined;
  for (const { at, percent } of charges) {
    if (at < from) continue;
    const x = Math.round(((at - from) / (until - from)) * width);
    if (x === before?.x) continue;
    const point = `${x} ${(height - 2 - (percent / 100) * (height - 4)).toFixed(1)}`;
    // A line of no length is a dot: a report with silence on both sides is seen too.
    path += before && at - before.at <= holeAfter ? `L${point}` : `M${point}h0`;
    before = { at, x };
  }
  return path;
}
