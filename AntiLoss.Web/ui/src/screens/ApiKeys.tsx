import { Button, MultiSelect, Table, Text, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { actionNames, type ActionName, type ApiKey } from '../accounts/accounts';
import { all, api } from '../api';
import { Confirm } from '../parts/Confirm';
import { Value } from '../parts/Secret';
import { useSubmit } from '../parts/useSubmit';
import { useTimes } from '../session';
import { useFleets } from './EnrolDialog';

/** The harmless one, unless somebody says otherwise. */
const unmade = { name: '', actions: ['read'] as ActionName[], fleets: [] as string[] };

/** With what programs sign in, and what each of them may do where. */
export function ApiKeys() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const keys = useQuery({ queryKey: ['api-keys'], queryFn: () => all((cursor) => api.apiKeys(cursor)) });
  const fleets = useFleets();
  const [draft, setDraft] = useState(unmade);
  const [secret, setSecret] = useState<string | null>(null);
  const [removing, setRemoving] = useState<ApiKey | null>(null);
  const again = () => client.invalidateQueries({ queryKey: ['api-keys'] });
  const form = useSubmit(async () => {
    const made = await api.addApiKey({ ...draft, fleets: draft.fleets.length === 0 ? null : draft.fleets });
    setSecret(made.key);
    setDraft(unmade);
    await again();
  });
  return (
    <>
      {keys.data?.length === 0 ? <Text c="dimmed">{t('settings.noKeys')}</Text> : (
        <div className="card-scroll">
          <Table className="table">
            <Table.Thead><Table.Tr><Table.Th>{t('settings.keyName')}</Table.Th><Table.Th>{t('apiKeys.actions')}</Table.Th><Table.Th>{t('settings.created')}</Table.Th><Table.Th>{t('settings.lastUsed')}</Table.Th><Table.Th><span className="visually-hidden">{t('settings.revoke')}</span></Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>{keys.data?.map((key) => <KeyRow key={key.id} of={key} nameOf={(id) => fleets.find((fleet) => fleet.id === id)?.name ?? id} onRevoke={setRemoving} />)}</Table.Tbody>
          </Table>
        </div>
      )}
      {secret && <div className="made" role="status"><Text fw={600}>{t('settings.keyOnce')}</Text><dl className="values"><Value name={t('settings.apiKeys')} value={secret} /></dl></div>}
      <form className="line" onSubmit={form.onSubmit}>
        <TextInput label={t('settings.keyName')} value={draft.name} error={form.of('name') ?? form.general('name', 'actions', 'fleets')} onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })} />
        <MultiSelect label={t('apiKeys.actions')} value={draft.actions} error={form.of('actions')} data={actionNames.map((action) => ({ value: action, label: t(`apiKeys.action.${action}`) }))}
          onChange={(actions) => setDraft({ ...draft, actions: actions })} />
        <MultiSelect label={t('accounts.fleets')} placeholder={draft.fleets.length === 0 ? t('accounts.allFleets') : ''} value={draft.fleets} error={form.of('fleets')}
          data={fleets.map(({ id, name }) => ({ value: id, label: name }))} onChange={(chosen) => setDraft({ ...draft, fleets: chosen })} />
        <Button type="submit" variant="default" loading={form.busy} disabled={draft.name.trim() === '' || draft.actions.length === 0}>{t('settings.addKey')}</Button>
      </form>
      {removing && <Confirm title={t('settings.revokeKey', { name: removing.name })} text={t('settings.revokeText')} submit={t('settings.revoke')} onClose={() => setRemoving(null)}
        onConfirm={async () => { await api.removeApiKey(removing.id); await again(); }} />}
    </>
  );
}

function KeyRow({ of: key, nameOf, onRevoke }: { of: ApiKey; nameOf: (fleet: string) => string; onRevoke: (key: ApiKey) => void }) {
  const { t } = useTranslation();
  const times = useTimes();
  return (
    <Table.Tr>
      <Table.Td>{key.name}</Table.Td>
      <Table.Td>{key.actions.map((action) => t(`apiKeys.action.${action}`)).join(' · ')}<div className="hint">{key.fleets ? key.fleets.map(nameOf).join(', ') : t('accounts.allFleets')}</div></Table.Td>
      <Table.Td>{times.date(key.createdAt)}</Table.Td>
      <Table.Td>{key.lastUsedAt ? times.dateAndTime(key.lastUsedAt) : t('settings.never')}</Table.Td>
      <Table.Td ta="right"><Button size="compact-sm" variant="subtle" color="gray" aria-label={t('settings.revokeKey', { name: key.name })} onClick={() => onRevoke(key)}>{t('settings.revoke')}</Button></Table.Td>
    </Table.Tr>
  );
}
