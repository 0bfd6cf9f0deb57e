import { Alert, Button, PasswordInput, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { api } from '../api';
import { useSubmit } from '../parts/useSubmit';
import { Door } from './Door';

/** Where the one-time link of the server's `password-link` command leads. */
export function Recover() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const token = search.get('token') ?? '';
  const [next, setNext] = useState('');
  const form = useSubmit(async () => {
    await api.recover(token, next);
    await client.invalidateQueries();
    void navigate('/map', { replace: true });
  });
  const general = form.general('newPassword');
  return (
    <Door title={t('password.recover')}>
      <form onSubmit={form.onSubmit}>
        <Stack gap="md">
          {token === '' && <Alert color="danger" variant="light">{t('setUp.noToken')}</Alert>}
          <PasswordInput label={t('password.new')} autoComplete="new-password" required withAsterisk={false} autoFocus
            visibilityToggleButtonProps={{ 'aria-label': t('common.show'), tabIndex: 0, 'aria-hidden': false }}
            value={next} error={form.of('newPassword')} onChange={(event) => setNext(event.currentTarget.value)} />
          {general && <Text role="alert" c="var(--al-lost)">{form.refusal?.status === 403 ? t('password.expired') : general}</Text>}
          <Button type="submit" loading={form.busy} disabled={token === ''} fullWidth>{t('password.submit')}</Button>
        </Stack>
      </form>
    </Door>
  );
}
