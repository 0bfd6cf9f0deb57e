import { ActionIcon, Kbd, Modal, Tooltip } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, NavLink, Route, Routes, useNavigate } from 'react-router';
import { useAlarms } from '../alerts/alarms';
import { alarming, type Alert } from '../alerts/alerts';
import { api } from '../api';
import { live } from '../console';
import { BellIcon, CaseIcon, KeyboardIcon, LettersIcon, Logo, MapIcon, PlusIcon, SettingsIcon, SignOutIcon } from '../parts/icons';
import { Later } from '../parts/Later';
import { alertName } from '../parts/names';
import { Guard, Trouble } from '../parts/Trouble';
import { useMay } from '../session';
import { MapScreen } from './MapScreen';

// The map is what most visits are for: all else is fetched when it is asked for.
const Alerts = lazy(async () => ({ default: (await import('./Alerts')).Alerts }));
const DeadLetters = lazy(async () => ({ default: (await import('./DeadLetters')).DeadLetters }));
const EnrolDialog = lazy(async () => ({ default: (await import('./EnrolDialog')).EnrolDialog }));
const FleetScreen = lazy(async () => ({ default: (await import('./FleetScreen')).FleetScreen }));
const Incidents = lazy(async () => ({ default: (await import('./Incidents')).Incidents }));
const IncidentScreen = lazy(async () => ({ default: (await import('./Incidents')).IncidentScreen }));
const Settings = lazy(async () => ({ default: (await import('./Settings')).Settings }));

/** The signed-in frame: the rail, and beside it what the address names. The rail shows only what exists. */
export function Shell() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayAct = useMay('act');
  const mayManage = useMay('manage');
  const [adding, setAdding] = useState(false);
  const [help, setHelp] = useState(false);
  useEffect(() => {
    live.start();
    return () => live.stop();
  }, []);
  const signOut = async () => {
    await api.signOut();
    client.clear();
    window.location.assign('/map');
  };
  return (
    <div className="shell">
      <nav className="rail" aria-label={t('nav.label')}>
        <span className="rail-logo"><Logo /></span>
        <RailLink to="/map" name={t('nav.map')} icon={<MapIcon />} />
        <AlertsLink />
        <RailLink to="/incidents" name={t('nav.incidents')} icon={<CaseIcon />} />
        {mayManage && <RailLink to="/dead-letters" name={t('nav.deadLetters')} icon={<LettersIcon />} />}
        <RailLink to="/settings" name={t('nav.settings')} icon={<SettingsIcon />} />
        {mayAct && <RailButton name={t('nav.addPhone')} icon={<PlusIcon />} onClick={() => setAdding(true)} />}
        <span className="rail-space" />
        <RailButton name={t('nav.shortcuts')} icon={<KeyboardIcon />} onClick={() => setHelp(true)} className="rail-wide" />
        <RailButton name={t('nav.signOut')} icon={<SignOutIcon />} onClick={() => void signOut()} />
      </nav>
      <main className="stage">
        <Guard fallback={<Trouble text={t('error.crashed')} onRetry={() => window.location.reload()} />}>
          <Later><Routes>
            <Route path="/map" element={<MapScreen onHelp={() => setHelp(true)} onAdd={mayAct ? () => setAdding(true) : null} />} />
            <Route path="/alerts" element={<Alerts />} />
            <Route path="/incidents" element={<Incidents />} />
            <Route path="/incidents/:id" element={<IncidentScreen />} />
            <Route path="/settings" element={<Settings />} />
            {mayManage && <Route path="/dead-letters" element={<DeadLetters />} />}
            {mayManage && <Route path="/settings/fleets/:id" element={<FleetScreen />} />}
            <Route path="/" element={<Navigate to="/map" replace />} />
            <Route path="*" element={<Trouble text={t('error.notFound')} />} />
          </Routes></Later>
        </Guard>
      </main>
      {adding && <Later><EnrolDialog onClose={() => setAdding(false)} /></Later>}
      <Keys opened={help} onClose={() => setHelp(false)} />
    </div>
  );
}

/** How many alarms nobody has seen stands at their place in the rail; new ones are told of as the viewer wants it. */
function AlertsLink() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const open = useQuery({ queryKey: ['alerts', 'alarming'], queryFn: ({ signal }) => api.alerts({ state: 'open', limit: 200 }, signal), refetchInterval: 5_000 });
  const alarms = useMemo(() => (open.data ? alarming(open.data.items) : null), [open.data]);
  const count = alarms?.length ?? 0;
  useAlarms(alarms, useCallback((alert: Alert) => alertName(alert.kind, t), [t]), useCallback(() => void navigate('/alerts'), [navigate]));
  return (
    <RailLink to="/alerts" name={count === 0 ? t('nav.alerts') : t('nav.alarms', { count })}
      icon={<><BellIcon />{count > 0 && <span className="rail-count" aria-hidden="true">{count > 99 ? '99+' : count}</span>}</>} />
  );
}

function RailLink({ to, name, icon }: { to: string; name: string; icon: ReactNode }) {
  return (
    <Tooltip label={name} position="right">
      <NavLink to={to} className="rail-item" aria-label={name}>{icon}</NavLink>
    </Tooltip>
  );
}

function RailButton({ name, icon, onClick, className = '' }: { name: string; icon: ReactNode; onClick: () => void; className?: string }) {
  return (
    <Tooltip label={name} position="right">
      <ActionIcon className={`rail-item ${className}`} variant="transparent" aria-label={name} onClick={onClick}>{icon}</ActionIcon>
    </Tooltip>
  );
}

function Keys({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const keys = [['/', 'search'], ['j', 'next'], ['k', 'previous'], ['f', 'fit'], ['l', 'lost'], ['Esc', 'close'], ['?', 'help']] as const;
  return (
    <Modal opened={opened} onClose={onClose} title={t('keys.title')} size={380} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <dl className="keys">
        {keys.map(([key, name]) => <div key={key}><dt><Kbd>{key}</Kbd></dt><dd>{t(`keys.${name}`)}</dd></div>)}
      </dl>
    </Modal>
  );
}
