import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api';
import { useSubmit } from '../parts/useSubmit';
import { Door } from './Door';

export function SignIn() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const setUp = useQuery({ queryKey: ['setup'], queryFn: api.setUpNeeded });
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const form = useSubmit(async () => {
    await api.signIn(email, password);
    await client.refetchQueries({ queryKey: ['session'] });
  });
  const status = form.refusal?.status;
  const said = status === 401 ? t('signIn.wrong') : status === 429 ? t('signIn.throttled') : form.refusal?.message;

  return (
    <Door title={t('signIn.title')}>
      <form onSubmit={form.onSubmit}>
        <Stack gap="md">
          {setUp.data?.needed && <Alert color="accent" variant="light">{t('signIn.setUpNeeded')}</Alert>}
          <TextInput label={t('signIn.email')} type="email" autoComplete="username" required withAsterisk={false} autoFocus
            value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
          <PasswordInput label={t('signIn.password')} autoComplete="current-password" required withAsterisk={false}
            visibilityToggleButtonProps={{ 'aria-label': t('common.show'), tabIndex: 0, 'aria-hidden': false }}
            value={password} onChange={(event) => setPassword(event.currentTarget.value)} />
          {said && <Text role="alert" c="var(--al-lost)">{said}</Text>}
          <Button type="submit" loading={form.busy} fullWidth mt={4}>{t('signIn.submit')}</Button>
          {window.location.protocol === 'http:' && !isLoopback(window.location.hostname) && (
            <Text size="xs" c="dimmed">{t('signIn.readable')}</Text>
          )}
        </Stack>
      </form>
    </Door>
  );
}

const isLoopback = (host: string) => host === 'localhost' || host === '[::1]' || host.startsWith('127.');
