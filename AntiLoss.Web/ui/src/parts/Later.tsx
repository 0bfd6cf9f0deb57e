import { Center, Loader } from '@mantine/core';
import { Suspense, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** What stands where a screen is still on its way. */
export function Later({ children, full = false }: { children: ReactNode; full?: boolean }) {
  const { t } = useTranslation();
  return <Suspense fallback={<Center h={full ? '100dvh' : '100%'}><Loader aria-label={t('common.loading')} /></Center>}>{children}</Suspense>;
}
