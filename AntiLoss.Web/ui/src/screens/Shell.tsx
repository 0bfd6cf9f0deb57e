import { ActionIcon, Tooltip } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Navigate, NavLink, Route, Routes } from 'react-router';
import type { ReactNode } from 'react';
import { api } from '../api';
import { Logo, MapIcon, SignOutIcon } from '../parts/icons';
import { Guard, Trouble } from '../parts/Trouble';

/** The signed-in frame: the rail, and beside it what the address names. The rail shows only what exists. */
export function Shell() {
  const { t } = useTranslation();
  const client = useQueryClient();
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
        <span className="rail-space" />
        <Tooltip label={t('nav.signOut')} position="right">
          <ActionIcon className="rail-item" variant="subtle" aria-label={t('nav.signOut')} onClick={() => void signOut()}><SignOutIcon /></ActionIcon>
        </Tooltip>
      </nav>
      <main className="stage">
        <Guard fallback={<Trouble text={t('error.crashed')} onRetry={() => window.location.reload()} />}>
          <Routes>
            <Route path="/map" element={<div className="stage-page" />} />
            <Route path="/" element={<Navigate to="/map" replace />} />
            <Route path="*" element={<Trouble text={t('error.notFound')} />} />
          </Routes>
        </Guard>
      </main>
    </div>
  );
}

function RailLink({ to, name, icon }: { to: string; name: string; icon: ReactNode }) {
  return (
    <Tooltip label={name} position="right">
      <NavLink to={to} className="rail-item" aria-label={name}>{icon}</NavLink>
    </Tooltip>
  );
}
