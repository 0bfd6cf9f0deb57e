import { Button, PasswordInput, Table, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { all, api } from '../api';
import { useSubmit } from '../parts/useSubmit';
import { useTimes } from '../session';

/** All organizations of the installation, by their owners: nothing of what is in them. */
export function Organizations() {
  const { t } = useTranslation();
  const times = useTimes();
  const client = useQueryClient();
  const list = useQuery({ queryKey: ['organizations'], queryFn: () => all((cursor) => api.organizations(cursor)) });
  const empty = { name: '', ownerName: '', email: '', password: '' };
  const [draft, setDraft] = useState(empty);
  const form = useSubmit(async () => {
    await api.addOrganization({ ...draft, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone });
    setDraft(empty);
    await client.invalidateQueries({ queryKey: ['organizations'] });
  });
  const text = (name: keyof typeof draft) => ({
    value: draft[name], error: form.of(name), required: true, withAsterisk: false,
    onChange: (event: { currentTarget: { value: string } }) => setDraft({ ...draft, [name]: event.currentTarget.value }),
  });
  return (
    <>
      <Table className="table">
        <Table.Thead><Table.Tr><Table.Th>{t('settings.number')}</Table.Th><Table.Th>{t('settings.created')}</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {list.data?.map((each) => <Table.Tr key={each.id}><Table.Td>{each.id}</Table.Td><Table.Td>{times.date(each.foundedAt)}</Table.Td></Table.Tr>)}
        </Table.Tbody>
      </Table>
      <form className="line" onSubmit={form.onSubmit}>
        <TextInput label={t('settings.organizationName')} {...text('name')} error={form.of('name') ?? form.general('name', 'ownerName', 'email', 'password')} />
        <TextInput label={t('settings.ownerName')} {...text('ownerName')} />
        <TextInput label={t('settings.ownerEmail')} type="email" autoComplete="off" {...text('email')} />
        <PasswordInput label={t('settings.ownerPassword')} autoComplete="new-password" visibilityToggleButtonProps={{ 'aria-label': t('common.show') }} {...text('password')} />
        <Button type="submit" variant="default" loading={form.busy}>{t('settings.addOrganization')}</Button>
      </form>
    </>
  );
}
