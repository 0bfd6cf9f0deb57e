import { Center, Loader } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Route, Routes } from 'react-router';
import { ApiError, whenSignedOut } from './api';
import { Later } from './parts/Later';
import { Trouble } from './parts/Trouble';
import { mapLibrary } from './parts/useMapView';
import { whoIsThere } from './queries';
import { Shell } from './screens/Shell';
import { SessionProvider } from './session';

const Recover = lazy(async () => ({ default: (await import('./screens/Recover')).Recover }));
const SetUp = lazy(async () => ({ default: (await import('./screens/SetUp')).SetUp }));
const SignIn = lazy(async () => ({ default: (await import('./screens/SignIn')).SignIn }));

export function App() {
  return (
    <Later full><Routes>
      <Route path="/setup" element={<SetUp />} />
      <Route path="/recover" element={<Recover />} />
      <Route path="*" element={<Inside />} />
    </Routes></Later>
  );
}

function Inside() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const session = useQuery(whoIsThere);

  useEffect(() => {
    // A failure is told where the map is drawn.
    mapLibrary().catch(() => undefined);
  }, []);
  useEffect(() => {
    whenSignedOut(() => void client.resetQueries({ queryKey: ['session'] }));
  }, [client]);

  if (session.isPending) return <Center h="100dvh"><Loader aria-label={t('common.loading')} /></Center>;
  if (session.data) return <SessionProvider value={session.data}><Shell /></SessionProvider>;
  if (session.error instanceof ApiError && session.error.status === 401) return <SignIn />;
  return <Trouble text={t('error.network')} onRetry={() => void session.refetch()} full />;
}
