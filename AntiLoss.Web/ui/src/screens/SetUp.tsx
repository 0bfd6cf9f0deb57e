import { Alert, Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { api } from '../api';
import { useSubmit } from '../parts/useSubmit';
import { Door } from './Door';

export function SetUp() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const token = search.get('token') ?? '';
  const needed = useQuery({ queryKey: ['setup'], queryFn: api.setUpNeeded });
  const [draft, setDraft] = useState({ organization: '', name: '', email: '', password: '' });
  const field = (name: keyof typeof draft) => ({
    value: draft[name],
    error: form.of(name),
    required: true,
    withAsterisk: false,
    onChange: (event: { currentTarget: { value: string } }) => setDraft({ ...draft, [name]: event.currentTarget.value }),
  });
  const form = useSubmit(async () => {
    await api.setUp({ token, ...draft, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone });
    await client.invalidateQueries();
    void navigate('/map', { replace: true });
  });

  if (needed.data?.needed === false) {
    return (
      <Door title={t('setUp.title')}>
        <Text mb="md">{t('setUp.done')}</Text>
        <Button component={Link} to="/map" fullWidth>{t('signIn.submit')}</Button>
      </Door>
    );
  }
  const general = form.general('organization', 'name', 'email', 'password');
  const expired = form.of('token') !== null || form.refusal?.status === 401 || form.refusal?.status === 403 || form.refusal?.status === 410;
  return (
    <Door title={t('setUp.title')}>
      <form onSubmit={form.onSubmit}>
        <Stack gap="md">
          <Text c="dimmed">{t('setUp.intro')}</Text>
          {token === '' && <Alert color="danger" variant="light">{t('setUp.noToken')}</Alert>}
          <TextInput label={t('setUp.organization')} description={t('setUp.organizationHint')} autoComplete="organization" autoFocus {...field('organization')} />
          <TextInput label={t('setUp.name')} autoComplete="name" {...field('name')} />
          <TextInput label={t('setUp.email')} type="email" autoComplete="username" {...field('email')} />
          <PasswordInput label={t('setUp.password')} description={t('setUp.passwordHint')} autoComplete="new-password"
            visibilityToggleButtonProps={{ 'aria-label': t('common.show'), tabIndex: 0, 'aria-hidden': false }} {...field('password')} />
          {general && <Text role="alert" c="var(--al-lost)">{expired ? t('setUp.expired') : general}</Text>}
          <Button type="submit" loading={form.busy} disabled={token === ''} fullWidth>{t('setUp.submit')}</Button>
          <Anchor component={Link} to="/map" size="sm" ta="center">{t('signIn.submit')}</Anchor>
        </Stack>
      </form>
    </Door>
  );
}
