import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { fleet, live, useLiveStatus, useNow } from '../console';
import { useTimes } from '../session';

/** Always there: whether what is on the screen is now, and if not, since when it is not. */
export function LivePill() {
  const { t } = useTranslation();
  const times = useTimes();
  const status = useLiveStatus();
  const now = useNow() * 1000 - fleet.clockOffset;
  const since = status.kind === 'stale' ? times.clock(status.since) : '';
  const seconds = status.kind === 'reconnecting' && status.nextTryAt ? Math.max(0, Math.ceil((status.nextTryAt - now) / 1000)) : 0;
  const text = {
    connecting: () => t('live.connecting'),
    live: () => t('live.live'),
    reconnecting: () => (seconds > 0 ? t('live.reconnecting', { seconds }) : t('live.reconnectingNow')),
    stale: () => t('live.stale', { time: since }),
  }[status.kind]();
  const hint = status.kind === 'live' ? t('live.liveHint') : status.kind === 'stale' ? t(status.connected ? 'live.staleServerHint' : 'live.staleHint', { time: since }) : t('live.reconnectHint');
  return (
    <Tooltip label={hint} position="bottom-end">
      <button type="button" className={`pill pill-${status.kind}`} onClick={() => live.retry()} data-live={status.kind} data-frames={fleet.loaded ? 'loaded' : 'none'}>
        <span className="pill-dot" aria-hidden="true" />
        <span role="status">{text}</span>
      </button>
    </Tooltip>
  );
}
