import { useTranslation } from 'react-i18next';
import type { Severity } from '../alerts/alerts';
import type { BearerName } from '../api';
import { useNow } from '../console';
import { ageOf } from '../format';
import { states, type StateName } from '../states';

// Small pictures and figures that repeat in list, drawer and legend.

const cssColour = (name: string) => `var(--al-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)})`;

/** The mark of a state: shape and colour say the same, so either is enough. */
export function StateMark({ state, size = 14 }: { state: StateName; size?: number }) {
  const { shape, colour } = states[state];
  const paint = cssColour(colour);
  return (
    <svg className="state-mark" width={size} height={size} viewBox="0 0 14 14" aria-hidden="true" focusable="false">
      {shape === 'diamond' && <path d="M7 .5 13.5 7 7 13.5 .5 7Z" fill={paint} />}
      {shape === 'triangle' && <path d="M7 1 13.5 12.500H.5Z" fill={paint} />}
      {shape === 'disc' && <circle cx="7" cy="7" r="5.5" fill={paint} />}
      {shape === 'ring' && <circle cx="7" cy="7" r="4.8" fill="none" stroke={paint} strokeWidth="2" />}
      {shape === 'dashed' && <circle cx="7" cy="7" r="4.8" fill="none" stroke={paint} strokeWidth="2" strokeDasharray="3 2.03" />}
      {shape === 'cross' && <path d="m2.5 2.5 9 9m0-9-9 9" stroke={paint} strokeWidth="2.4" strokeLinecap="round" />}
    </svg>
  );
}

/** The mark of how bad an alert is: shape and colour say the same; its word stands beside it. */
export const SeverityMark = ({ severity }: { severity: Severity }) => <StateMark state={severity === 'critical' ? 'lost' : severity === 'warning' ? 'suspected' : 'offline'} />;

/** How long ago, ticking. */
export function Age({ at, className }: { at: number; className?: string }) {
  const { t } = useTranslation();
  const now = useNow();
  if (at === 0) return <span className={className}>–</span>;
  const { unit, count } = ageOf((now - at) * 1000);
  return <span className={className}>{t(`age.${unit}`, { count })}</span>;
}

/** “4 min ago”, “now”. */
export function AgoText({ at }: { at: number }) {
  const { t } = useTranslation();
  const now = useNow();
  const { unit, count } = ageOf((now - at) * 1000);
  return <>{unit === 'now' ? t('age.now') : t('drawer.ago', { age: t(`age.${unit}`, { count }) })}</>;
}

export function BearerTag({ bearer }: { bearer: BearerName }) {
  const { t } = useTranslation();
  if (bearer === 'unknown') return null;
  return <span className={`bearer bearer-${bearer}`}>{bearer === 'none' ? <span role="img" aria-label={t('bearer.none')}>–</span> : t(`bearer.${bearer}`)}</span>;
}

/** Percent beside a battery that is as full. */
export function Battery({ percent, charging }: { percent: number | null; charging: boolean | null }) {
  const { t } = useTranslation();
  if (percent === null) return null;
  const low = percent <= 20 && charging !== true;
  return (
    <span className={low ? 'battery battery-low' : 'battery'} title={charging ? t('panel.charging') : undefined}>
      <svg width="20" height="11" viewBox="0 0 20 11" role="img" aria-label={`${t('panel.battery', { percent })}${charging ? `, ${t('panel.charging')}` : ''}`}>
        <rect x=".75" y=".75" width="15.5" height="9.5" rx="2.5" fill="none" stroke="currentColor" opacity=".55" />
        <path d="M18 3.800v3.4" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" opacity=".55" />
        <rect x="2.25" y="2.25" width={(12.5 * Math.max(6, percent)) / 100} height="6.5" rx="1.2" fill="currentColor" />
        {charging && <path d="M10.2.6 5.6 6.2h2.7L7.3 10.400 12 4.800H9.2Z" fill="currentColor" stroke="var(--al-panel)" strokeWidth="1.6" paintOrder="stroke" strokeLinejoin="round" />}
      </svg>
      <span aria-hidden="true">{percent} %</span>
    </span>
  );
}
