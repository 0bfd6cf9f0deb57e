import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { fleet, live, useLiveStatus, useNow } from '../console';
import { clock } from '../format';

/** Always there: whether what is on the screen is now, and if not, since when it is not. */
export function LivePill() {
  const { t, i18n } = useTranslation();
  const status = useLiveStatus();
  const now = useNow() * 1000 - fleet.clockOffset;
  const since = status.kind === 'stale' ? clock(new Date(status.since), i18n.language) : '';
  const seconds = status.kind === 'reconnecting' && status.nextTryAt ? Math.max(0, Math.ceil((status.nextTryAt - now) / 1000)) : 0;
  const text = {
    connecting: () => t('live.connecting'),
    live: () => t('live.live'),
    reconnecting: () => (seconds > 0 ? t('live.reconnecting', { seconds }) : t('live.reconnectingNow')),
    stale: () => t('live.stale', { time: since }),
  }[status.kind]();
  const hint = status.kind === 'stale' ? t('live.staleHint', { time: since }) : t('live.liveHint');
  return (
    <Tooltip label={hint} position="bottom-end">
      <button type="button" className={`pill pill-${status.kind}`} onClick={() => live.retry()} data-live={status.kind} data-frames={fleet.loaded ? 'loaded' : 'none'}>
        <span className="pill-dot" aria-hidden="true" />
        <span role="status">{text}</span>
      </button>
    </Tooltip>
  );
}
