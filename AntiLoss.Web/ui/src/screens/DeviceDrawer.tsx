import { ActionIcon, Button, CloseButton, Menu, Skeleton, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { all, ApiError, api, type Device } from '../api';
import { useChosenCount, useFleet } from '../console';
import { compassPoint, coordinates, metres, speed } from '../format';
import { phoneOf } from '../fleet/list';
import { actsOf, mayRecover, styleOf, type ActName, type Command } from '../guards/guards';
import type { Phone } from '../fleet/fleet';
import type { MapView } from '../map/mapView';
import { MoreIcon, TargetIcon } from '../parts/icons';
import { AgoText, BearerTag, StateMark } from '../parts/marks';
import { useMay, useTimes } from '../session';
import { ActDialog } from './ActDialog';
import { BatteryDay } from './BatteryDay';
import { DayHistory } from './DayHistory';
import { DeviceDialog, WithdrawDialog, type DialogKind } from './DeviceDialogs';
import { LinesPart } from './LineParts';
import { CommandsPart, GuardsPart, ProtectionPart, SilencePart } from './GuardParts';
import { RecoveryDialog } from './RecoveryDialog';
import { useKeys } from './useKeys';

export function DeviceDrawer({ id, view, onClose }: { id: string; view: MapView | null; onClose: () => void }) {
  const { t } = useTranslation();
  const times = useTimes();
  const fleet = useFleet(300);
  const seen = fleet.byId(id);
  const told = useChosenCount();
  const mayAct = useMay('act');
  const device = useQuery({
    // What the feed does not carry (guards, commands, first use, link) changes with the phone's row.
    queryKey: ['device', id, told],
    queryFn: ({ signal }) => api.device(id, signal),
    placeholderData: keepPreviousData,
  });
  const [dialog, setDialog] = useState<DialogKind | null>(null);
  const [act, setAct] = useState<ActName | null>(null);
  const [withdrawing, setWithdrawing] = useState<Command | null>(null);
  const [recovering, setRecovering] = useState(false);
  const [history, setHistory] = useState(false);
  const full = device.data;
  const phone = seen ?? (full ? phoneOf(full) : null);
  useTrail(id, phone?.fixedAt ?? 0, history ? null : view);
  useKeys({ l: () => mayAct && full && actsOf(full).buttons.includes('lost') && setAct('lost') });

  return (
    <aside className="drawer" aria-label={t('drawer.label', { name: phone?.name ?? '' })}>
      {phone && full ? (
        <>
          <Head phone={phone} device={full} view={view} onClose={onClose} onDialog={setDialog} onAct={setAct} onRecover={() => setRecovering(true)} />
          {full.state === 'never' && !full.retired && <p className="drawer-note">{t('drawer.waiting')}</p>}
          {full.retired && <RetiredNote device={full} />}
          <ProtectionPart device={full} onAct={setAct} />
          <SilencePart device={full} />
          <CommandsPart device={full} onWithdraw={mayAct ? setWithdrawing : null} />
          <PositionPart phone={phone} device={full} />
          {phone.battery !== null && <BatteryDay phone={phone} />}
          <LinkPart device={full} phone={phone} />
          <GuardsPart device={full} />
          <LinesPart device={full} />
          <DayHistory device={full} view={view} open={history} onOpen={setHistory} />
          <CredentialPart device={full} onRotate={mayAct ? () => setDialog('rotate') : null} />
          <IdentityPart device={full} />
          <p className="drawer-zone">{t('day.zone', { zone: times.zone })}</p>
          {act && <ActDialog act={act} device={full} onClose={() => setAct(null)} />}
          {withdrawing && <WithdrawDialog command={withdrawing} device={full} onClose={() => setWithdrawing(null)} />}
          {recovering && <RecoveryDialog device={full} onClose={() => setRecovering(false)} />}
          {dialog && <DeviceDialog kind={dialog} device={full} onClose={() => setDialog(null)} />}
        </>
      ) : (
        <div className="drawer-part">
          <CloseButton aria-label={t('drawer.close')} onClick={onClose} ml="auto" display="block" />
          {device.isError
            ? <Text role="alert">{device.error instanceof ApiError && device.error.status === 404 ? t('drawer.notFound') : t('drawer.failed')}</Text>
            : <><Skeleton height={22} width="60%" mb="sm" /><Skeleton height={14} mb="xs" /><Skeleton height={14} width="80%" /></>}
        </div>
      )}
    </aside>
  );
}

/** The last hour of the chosen phone, asked for again as it moves. */
function useTrail(id: string, fixedAt: number, view: MapView | null) {
  const trail = useQuery({
    queryKey: ['trail', id, Math.floor(fixedAt / 10)],
    queryFn: ({ signal }) => {
      const now = Date.now();
      return api.positions(id, { since: new Date(now - 3_600_000).toISOString(), until: new Date(now + 60_000).toISOString(), limit: 1000 }, signal);
    },
    placeholderData: keepPreviousData,
    enabled: fixedAt > 0,
  });
  const positions = trail.data?.items;
  useEffect(() => {
    if (positions) view?.trail(positions);
  }, [view, positions]);
}

interface HeadProps {
  readonly phone: Phone;
  readonly device: Device;
  readonly view: MapView | null;
  readonly onClose: () => void;
  readonly onDialog: (kind: DialogKind) => void;
  readonly onAct: (act: ActName) => void;
  readonly onRecover: () => void;
}

function Head({ phone, device, view, onClose, onDialog, onAct, onRecover }: HeadProps) {
  const { t } = useTranslation();
  const mayAct = useMay('act');
  const state = device.retired ? 'retired' : phone.state;
  const place = phone.place;
  const acts = actsOf(device);
  const lockedOut = mayRecover(device) && device.guards.powerOff.stage === 'lockedOut';
  const item = (name: ActName) => <Menu.Item key={name} {...(styleOf(name).danger && { color: 'var(--al-lost)' })} onClick={() => onAct(name)}>{t(`act.${name}.open`)}</Menu.Item>;
  return (
    <header className="drawer-part drawer-head">
      <div className="drawer-title">
        <Title order={2}>{phone.name}</Title>
        <CloseButton aria-label={t('drawer.close')} onClick={onClose} />
      </div>
      <Text c="dimmed">{device.person?.name ?? t('drawer.nobody')}</Text>
      <div className="drawer-state">
        <span className={`badge badge-${state}`}><StateMark state={state} size={12} />{t(`state.${state}`)}</span>
        {(state === 'lost' || state === 'suspected') && <span className="badge"><StateMark state={device.presence} size={12} />{t(`state.${device.presence}`)}</span>}
        {device.guards.protection === 'armed' && <span className="badge">{t('protection.armed')}</span>}
        <Text span c="dimmed">{phone.contactAt > 0 ? <>{t('drawer.contact')}: <AgoText at={phone.contactAt} /></> : t('drawer.neverContact')}</Text>
      </div>
      <div className="drawer-actions">
        <Button size="xs" variant="default" leftSection={<TargetIcon size={16} />} disabled={!place}
          onClick={() => place && view?.goTo([place.longitude / 1e6, place.latitude / 1e6], Math.max(15, view.camera().zoom))}>{t('drawer.centre')}</Button>
        {mayAct && !device.retired && (
          <>
            {acts.buttons.map((name) => (
              <Button key={name} size="xs" variant={styleOf(name).danger ? 'outline' : 'default'} color={styleOf(name).danger ? 'danger' : 'accent'} onClick={() => onAct(name)}>{t(`act.${name}.open`)}</Button>
            ))}
            {lockedOut && <Button size="xs" variant="default" onClick={onRecover}>{t('recovery.open')}</Button>}
            <Menu position="bottom-end">
              <Menu.Target><ActionIcon size={30} variant="default" aria-label={t('drawer.more')}><MoreIcon size={18} /></ActionIcon></Menu.Target>
              <Menu.Dropdown>
                {acts.menu.map(item)}
                {mayRecover(device) && !lockedOut && <Menu.Item onClick={onRecover}>{t('recovery.open')}</Menu.Item>}
                {(acts.menu.length > 0 || mayRecover(device)) && <Menu.Divider />}
                <Menu.Item onClick={() => onDialog('assign')}>{t('drawer.assign')}</Menu.Item>
                <Menu.Item onClick={() => onDialog('edit')}>{t('drawer.edit')}</Menu.Item>
                <Menu.Item onClick={() => onDialog('rotate')}>{t('drawer.rotate')}</Menu.Item>
                <Menu.Divider />
                <Menu.Item color="var(--al-lost)" onClick={() => onDialog('retire')}>{t('drawer.retire')}</Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </>
        )}
      </div>
    </header>
  );
}

export function Part({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="drawer-part">
      <div className="part-head"><Title order={3} size="h4">{title}</Title>{aside && <span className="part-aside">{aside}</span>}</div>
      {children}
    </section>
  );
}

export function Facts({ of }: { of: readonly (readonly [string, ReactNode] | null | false | undefined)[] }) {
  return (
    <dl className="facts">
      {of.map((fact) => fact && <div key={fact[0]}><dt>{fact[0]}</dt><dd>{fact[1]}</dd></div>)}
    </dl>
  );
}

function PositionPart({ phone, device }: { phone: Phone; device: Device }) {
  const { t, i18n } = useTranslation();
  const times = useTimes();
  const latest = device.latest;
  if (!phone.place) return <Part title={t('drawer.position')}><Text c="dimmed">{t('drawer.noPosition')}</Text></Part>;
  const course = phone.heading ?? latest?.course;
  return (
    <Part title={t('drawer.position')} aside={<AgoText at={phone.fixedAt} />}>
      <Facts of={[
        [t('drawer.coordinates'), coordinates(phone.place.latitude / 1e6, phone.place.longitude / 1e6)],
        latest?.accuracy != null && [t('drawer.accuracy'), `± ${metres(latest.accuracy, i18n.language)}`],
        [t('drawer.speed'), phone.moving && phone.speed !== null ? `${speed(phone.speed, i18n.language)}${course == null ? '' : ` ${t(`compass.${compassPoint(course)}`)}`}` : phone.speed === null ? t('common.unknown') : t('drawer.still')],
        [t('drawer.fixed'), times.dateAndTime(phone.fixedAt * 1000)],
      ]} />
    </Part>
  );
}

function LinkPart({ device, phone }: { device: Device; phone: Phone }) {
  const { t } = useTranslation();
  const times = useTimes();
  const { link } = device;
  return (
    <Part title={t('drawer.link')} aside={device.link ? t('drawer.linkSince', { time: times.dateAndTime(device.link.since) }) : undefined}>
      {phone.bearer === 'unknown' ? <Text c="dimmed">{t('drawer.linkUnknown')}</Text> : (
        <div className="link">
          <BearerTag bearer={phone.bearer} />
          {link && <span>{[link.network, link.radio, link.signalDbm !== null && `${link.signalDbm} dBm`, link.roaming && t('drawer.roaming')].filter(Boolean).join(' · ')}</span>}
          {device.guards.agent.enrolment === 0 && <Text span c="dimmed" size="xs">{t('drawer.linkLimit')}</Text>}
        </div>
      )}
    </Part>
  );
}

function CredentialPart({ device, onRotate }: { device: Device; onRotate: (() => void) | null }) {
  const { t } = useTranslation();
  const times = useTimes();
  const first = device.firstUse;
  return (
    <Part title={t('drawer.credential')} aside={t('drawer.version', { version: device.credentialVersion })}>
      {first ? (
        <>
          <p className="first-use">{t('drawer.firstUse', { time: times.dateAndTime(first.at) })}</p>
          <p className="first-use">{first.app === '' ? t('drawer.firstUseFrom', { address: first.address }) : t('drawer.firstUseBy', { app: first.app, address: first.address })}</p>
          {onRotate && !device.retired && <Text c="dimmed" size="xs" mt={4}>{t('drawer.rotateHint')}</Text>}
        </>
      ) : <Text c="dimmed">{t('drawer.unused')}</Text>}
      {onRotate && !device.retired && <Button size="xs" variant="default" mt="xs" onClick={onRotate}>{t('drawer.rotateNow')}</Button>}
    </Part>
  );
}

function IdentityPart({ device }: { device: Device }) {
  const { t } = useTranslation();
  const { dateAndTime: time } = useTimes();
  const fleets = useQuery({ queryKey: ['fleets'], queryFn: () => all((cursor) => api.fleets(cursor)) });
  const event = device.lastEvent;
  return (
    <Part title={t('drawer.identity')}>
      <Facts of={[
        [t('drawer.id'), <code key="id">{device.id}</code>],
        device.imei !== null && [t('drawer.imei'), device.imei],
        [t('drawer.fleet'), fleets.data?.find(({ id }) => id === device.fleet)?.name ?? device.fleet],
        device.tags.length > 0 && [t('drawer.tags'), device.tags.join(', ')],
        [t('drawer.enrolled'), time(device.enrolledAt)],
        [t('drawer.since'), time(device.since)],
        event && [t('drawer.lastEvent'), `${event.name}${event.detail ? ` (${event.detail})` : ''} · ${time(event.at)}`],
      ]} />
      {device.assignments.length > 0 && (
        <>
          <Title order={4} mt="sm" mb={4}>{t('drawer.history')}</Title>
          <ul className="handovers">
            {device.assignments.map((held) => (
              <li key={held.from}>
                <span>{held.person?.name ?? t('drawer.nobody')}</span>
                <span className="hint">{t('drawer.held', { from: time(held.from), until: held.until ? time(held.until) : t('drawer.now') })}{held.how ? ` · ${held.how}` : ''}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Part>
  );
}

function RetiredNote({ device }: { device: Device }) {
  const { t } = useTranslation();
  const times = useTimes();
  const { retired } = device;
  return retired && <p className="drawer-note">{t('drawer.retiredAt', { time: times.dateAndTime(retired.at), by: retired.by, reason: retired.reason })}</p>;
}
