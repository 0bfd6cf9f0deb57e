import { Button, Group, PasswordInput, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api';
import { useSubmit } from '../parts/useSubmit';

/** Changes the password of whoever is signed in. */
export function PasswordForm() {
  const { t } = useTranslation();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [done, setDone] = useState(false);
  const form = useSubmit(async () => {
    setDone(false);
    await api.changePassword(current, next);
    setCurrent('');
    setNext('');
    setDone(true);
  });
  const toggle = { 'aria-label': t('common.show'), tabIndex: 0, 'aria-hidden': false };
  const general = form.general('currentPassword', 'newPassword');
  return (
    <form onSubmit={form.onSubmit}>
      <Group align="flex-end">
        <PasswordInput label={t('password.current')} autoComplete="current-password" required withAsterisk={false} w={260} visibilityToggleButtonProps={toggle}
          value={current} error={form.of('currentPassword')} onChange={(event) => setCurrent(event.currentTarget.value)} />
        <PasswordInput label={t('password.new')} autoComplete="new-password" required withAsterisk={false} w={260} visibilityToggleButtonProps={toggle}
          value={next} error={form.of('newPassword')} onChange={(event) => setNext(event.currentTarget.value)} />
        <Button type="submit" loading={form.busy}>{t('password.submit')}</Button>
      </Group>
      {general && <Text role="alert" c="var(--al-lost)">{general}</Text>}
      {done && <Text role="status">{t('password.done')}</Text>}
    </form>
  );
}
