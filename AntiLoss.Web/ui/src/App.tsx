import { Center, Loader } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Route, Routes } from 'react-router';
import { ApiError, api, whenSignedOut } from './api';
import { Trouble } from './parts/Trouble';
import { mapLibrary } from './parts/useMapView';
import { Recover } from './screens/Recover';
import { SetUp } from './screens/SetUp';
import { Shell } from './screens/Shell';
import { SignIn } from './screens/SignIn';
import { SessionProvider } from './session';

export function App() {
  return (
    <Routes>
      <Route path="/setup" element={<SetUp />} />
      <Route path="/recover" element={<Recover />} />
      <Route path="*" element={<Inside />} />
    </Routes>
  );
}

function Inside() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const session = useQuery({ queryKey: ['session'], queryFn: api.session, staleTime: 60_000 });

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
