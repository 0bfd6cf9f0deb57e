import { ActionIcon, Anchor, Button, Slider, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { everyPosition, query, type Device } from '../api';
import { coordinates, dayBounds, dayOf, metres, shiftDay, speed } from '../format';
import type { MapView } from '../map/mapView';
import { positionAt, travelled } from '../map/trail';
import { LeftIcon, RightIcon } from '../parts/icons';
import { useTimes } from '../session';
import { Facts, Part } from './DeviceDrawer';

const drawnAtMost = 10_000;

/** One day of a phone: its way on the map, and a slider through its hours. */
export function DayHistory({ device, view, open, onOpen }: { device: Device; view: MapView | null; open: boolean; onOpen: (open: boolean) => void }) {
  const { t } = useTranslation();
  return (
    <Part title={t('day.title')} aside={open ? <Anchor component="button" type="button" size="sm" onClick={() => onOpen(false)}>{t('day.leave')}</Anchor> : undefined}>
      {open ? <Day device={device} view={view} /> : <Button size="xs" variant="default" onClick={() => onOpen(true)}>{t('common.show')}</Button>}
    </Part>
  );
}

function Day({ device, view }: { device: Device; view: MapView | null }) {
  const { t, i18n } = useTranslation();
  const times = useTimes();
  const timeZone = times.zone;
  const today = dayOf(new Date(), timeZone);
  const [day, setDay] = useState(() => (device.latest ? dayOf(new Date(device.latest.time), timeZone) : today));
  const { since, until } = useMemo(() => dayBounds(day, timeZone), [day, timeZone]);
  const read = useQuery({ queryKey: ['day', device.id, since, until], queryFn: ({ signal }) => everyPosition(device.id, since, until, drawnAtMost, signal), staleTime: 30_000 });
  const positions = read.data?.items;
  const first = positions?.[0];
  const last = positions?.at(-1);
  const [at, setAt] = useState<number | null>(null);
  const moment = positions && positions.length > 0 ? (positionAt(positions, at ?? Date.parse(last?.time ?? '')) ?? null) : null;

  useEffect(() => {
    view?.day(positions ?? [], moment);
  }, [view, positions, moment]);
  useEffect(() => () => view?.day(null, null), [view]);
  const go = (to: string) => {
    setDay(to);
    setAt(null);
  };

  return (
    <>
      <div className="day-pick">
        <ActionIcon variant="default" size={36} aria-label={t('day.previous')} onClick={() => go(shiftDay(day, -1))}><LeftIcon size={18} /></ActionIcon>
        <TextInput type="date" aria-label={t('day.pick')} value={day} max={today} onChange={(event) => event.currentTarget.value && go(event.currentTarget.value)} />
        <ActionIcon variant="default" size={36} aria-label={t('day.next')} disabled={day >= today} onClick={() => go(shiftDay(day, 1))}><RightIcon size={18} /></ActionIcon>
      </div>
      {read.isPending && <Text c="dimmed">{t('day.loading')}</Text>}
      {read.isError && <Text role="alert">{t('drawer.failed')}</Text>}
      {positions?.length === 0 && <Text c="dimmed">{t('day.none')}</Text>}
      {positions && first && last && moment && (
        <>
          <Slider className="day-slider" thumbLabel={t('day.time')} min={Date.parse(first.time)} max={Math.max(Date.parse(last.time), Date.parse(first.time) + 1)} step={1000}
            value={at ?? Date.parse(last.time)} onChange={setAt} label={times.clock} />
          <Facts of={[
            [times.clockWithSeconds(moment.time), coordinates(moment.latitude, moment.longitude)],
            moment.speed !== null && [t('drawer.speed'), speed(moment.speed, i18n.language)],
            moment.accuracy !== null && [t('drawer.accuracy'), `± ${metres(moment.accuracy, i18n.language)}`],
            moment.flagged && ['⚑', t(`day.flagged.${moment.flagged}`)],
            moment.late && ['↻', t('day.late')],
          ]} />
          <Text c="dimmed" mt="xs">{t('day.positions', { count: positions.length })} · {t('day.distance', { distance: metres(travelled(positions), i18n.language) })}</Text>
          {read.data?.more && <Text c="dimmed">{t('day.truncated', { count: drawnAtMost })}</Text>}
          <div className="day-export">
            <span>{t('day.export')}</span>
            {(['csv', 'gpx', 'geojson', 'ndjson'] as const).map((format) => (
              <Anchor key={format} size="sm" aria-label={t('day.exportAs', { format: format.toUpperCase() })} download={`${device.name}-${day}.${format}`}
                href={`/api/v1/devices/${device.id}/positions${query({ since, until, format, timeZone })}`}>{format.toUpperCase()}</Anchor>
            ))}
          </div>
        </>
      )}
    </>
  );
}
