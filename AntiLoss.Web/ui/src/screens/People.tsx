import { Button, Modal, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Person } from '../api';
import { Confirm } from '../parts/Confirm';
import { useSubmit } from '../parts/useSubmit';
import { useMay } from '../session';
import { FleetSelect, useFleets } from './EnrolDialog';

const pageSize = 20;

/** Those who may be handed a phone: found, added, changed, removed. */
export function People() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayAct = useMay('act');
  const [search, setSearch] = useState('');
  const [asked] = useDebouncedValue(search.trim(), 200);
  const people = useInfiniteQuery({
    queryKey: ['people', 'list', asked],
    queryFn: ({ pageParam, signal }) => api.people({ search: asked, cursor: pageParam, limit: pageSize }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
  const [editing, setEditing] = useState<Person | null>(null);
  const [removing, setRemoving] = useState<Person | null>(null);
  const items = people.data?.pages.flatMap((page) => page.items) ?? [];
  const again = () => client.invalidateQueries({ queryKey: ['people'] });
  return (
    <>
      {(items.length > 0 || asked !== '') && (
        <TextInput type="search" maw={320} mb="xs" aria-label={t('settings.searchPeople')} placeholder={t('settings.searchPeople')} value={search} onChange={(event) => setSearch(event.currentTarget.value)} />
      )}
      {items.length === 0 ? !people.isPending && <Text c="dimmed">{asked === '' ? t(mayAct ? 'settings.noPeople' : 'settings.nobodyYet') : t('settings.nobodyFound')}</Text> : (
        <Table className="table">
          <Table.Thead><Table.Tr><Table.Th>{t('settings.personName')}</Table.Th><Table.Th>{t('settings.personEmail')}</Table.Th>{mayAct && <Table.Th><span className="visually-hidden">{t('common.edit')}</span></Table.Th>}</Table.Tr></Table.Thead>
          <Table.Tbody>
            {items.map((person) => (
              <Table.Tr key={person.id}>
                <Table.Td>{person.name}</Table.Td>
                <Table.Td>{person.email}</Table.Td>
                {mayAct && (
                  <Table.Td className="table-actions">
                    <Button size="compact-sm" variant="subtle" color="gray" aria-label={t('settings.editPerson', { name: person.name })} onClick={() => setEditing(person)}>{t('common.edit')}</Button>
                    <Button size="compact-sm" variant="subtle" color="gray" aria-label={t('settings.removePerson', { name: person.name })} onClick={() => setRemoving(person)}>{t('common.remove')}</Button>
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {people.hasNextPage && <Button variant="subtle" size="compact-sm" mt="xs" loading={people.isFetchingNextPage} onClick={() => void people.fetchNextPage()}>{t('common.loadMore')}</Button>}
      {mayAct && <PersonForm label={t('settings.addPerson')} onSubmit={async (draft) => { await api.addPerson(draft); await again(); }} />}
      {editing && (
        <Modal opened onClose={() => setEditing(null)} size={440} title={t('settings.editPerson', { name: editing.name })} closeButtonProps={{ 'aria-label': t('common.close') }}>
          <PersonForm of={editing} label={t('common.save')} onSubmit={async (draft) => { await api.changePerson(editing.id, draft); await again(); setEditing(null); }} />
        </Modal>
      )}
      {removing && <Confirm title={t('settings.removePerson', { name: removing.name })} text={t('settings.removeText')} submit={t('common.remove')} onClose={() => setRemoving(null)}
        onConfirm={async () => { await api.removePerson(removing.id); await again(); }} />}
    </>
  );
}

/** In one line to add somebody, one below the other to change somebody. The first fleet where none is chosen; an e-mail address that is emptied is taken away. */
function PersonForm({ of, label, onSubmit }: { of?: Person; label: string; onSubmit: (draft: { name: string; email: string; fleet: string | null }) => Promise<void> }) {
  const { t } = useTranslation();
  const fleets = useFleets();
  const first = { name: of?.name ?? '', email: of?.email ?? '', fleet: of?.fleet ?? null };
  const [draft, setDraft] = useState(first);
  const form = useSubmit(async () => {
    await onSubmit(draft);
    if (!of) setDraft(first);
  });
  const fields = (
    <>
      <TextInput label={t('settings.personName')} value={draft.name} error={form.of('name') ?? form.general('name', 'email', 'fleet')} onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })} {...(of && { 'data-autofocus': true })} />
      <TextInput label={t('settings.personEmail')} type="email" value={draft.email} error={form.of('email')} onChange={(event) => setDraft({ ...draft, email: event.currentTarget.value })} />
      {fleets.length > 1 && <FleetSelect value={draft.fleet ?? ''} error={form.of('fleet')} onChange={(fleet) => setDraft({ ...draft, fleet })} />}
      <Button type="submit" variant={of ? 'filled' : 'default'} loading={form.busy} disabled={draft.name.trim() === ''}>{label}</Button>
    </>
  );
  return of ? <form onSubmit={form.onSubmit}><Stack gap="sm">{fields}</Stack></form> : <form className="line" onSubmit={form.onSubmit}>{fields}</form>;
}
