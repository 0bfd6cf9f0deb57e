import { Button, Collapse, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { all, api, type DeviceDraft, type Enrolment } from '../api';
import { useSubmit } from '../parts/useSubmit';
import { Credentials } from './Credentials';

export const splitTags = (text: string) => text.split(/[,\uFF0C]/).map((tag) => tag.trim()).filter(Boolean);

export function EnrolDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [made, setMade] = useState<Enrolment | null>(null);
  const navigate = useNavigate();
  return (
    <Modal opened onClose={onClose} size={made ? 560 : 440} title={made ? t('enrol.done', { name: made.name }) : t('enrol.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      {made ? (
        <>
          <Credentials of={made} />
          <Group justify="space-between" mt="md">
            <Button variant="default" onClick={() => setMade(null)}>{t('enrol.another')}</Button>
            <Button onClick={() => { onClose(); void navigate(`/map?device=${made.id}`); }}>{t('common.done')}</Button>
          </Group>
        </>
      ) : <EnrolForm onMade={setMade} />}
    </Modal>
  );
}

function EnrolForm({ onMade }: { onMade: (made: Enrolment) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [more, setMore] = useState(false);
  const [draft, setDraft] = useState({ name: '', fleet: '', person: '', imei: '', tags: '', since: '' });
  const form = useSubmit(async () => {
    const body: DeviceDraft = { name: draft.name };
    if (draft.fleet) body.fleet = draft.fleet;
    if (draft.person) body.person = draft.person;
    if (draft.imei) body.imei = draft.imei;
    if (draft.tags) body.tags = splitTags(draft.tags);
    if (draft.since) body.since = new Date(draft.since).toISOString();
    onMade(await api.enrol(body));
    void client.invalidateQueries({ queryKey: ['fleets'] });
  });
  const text = (name: keyof typeof draft) => ({
    value: draft[name], error: form.of(name), onChange: (event: { currentTarget: { value: string } }) => setDraft({ ...draft, [name]: event.currentTarget.value }),
  });
  const general = form.general('name', 'fleet', 'person', 'imei', 'tags', 'since');
  return (
    <form onSubmit={form.onSubmit}>
      <Stack gap="sm">
        <TextInput data-autofocus label={t('enrol.name')} description={t('enrol.nameHint')} required withAsterisk={false} maxLength={100} {...text('name')} />
        <PersonSelect value={draft.person} error={form.of('person')} onChange={(person) => setDraft({ ...draft, person })} />
        <Button variant="subtle" size="compact-sm" aria-expanded={more} onClick={() => setMore(!more)} w="fit-content">{t('enrol.moreFields')}</Button>
        <Collapse expanded={more}>
          <Stack gap="sm">
            <FleetSelect value={draft.fleet} error={form.of('fleet')} onChange={(fleet) => setDraft({ ...draft, fleet })} />
            <TextInput label={t('enrol.imei')} inputMode="numeric" {...text('imei')} />
            <TextInput label={t('enrol.tags')} description={t('enrol.tagsHint')} {...text('tags')} />
            <TextInput type="datetime-local" label={t('enrol.since')} description={t('enrol.sinceHint')} {...text('since')} />
          </Stack>
        </Collapse>
        {general && <Text role="alert" c="var(--al-lost)">{general}</Text>}
        <Button type="submit" loading={form.busy}>{t('enrol.submit')}</Button>
      </Stack>
    </form>
  );
}

interface ChoiceProps {
  readonly value: string;
  readonly error?: string | null;
  readonly onChange: (value: string) => void;
}

/** Finds people as somebody types: there may be thousands. `known` is the one who is chosen; `first` of its dialog, it has the focus. */
export function PersonSelect({ value, known, first = false, error, onChange }: ChoiceProps & { readonly known?: { id: string; name: string } | null; readonly first?: boolean }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState(known ?? null);
  const [typed, setTyped] = useState('');
  const [asked] = useDebouncedValue(typed === chosen?.name ? '' : typed, 200);
  const people = useQuery({
    queryKey: ['people', 'choice', asked],
    queryFn: ({ signal }) => api.people({ search: asked, limit: 50 }, signal),
    placeholderData: keepPreviousData,
  });
  const found = people.data?.items ?? [];
  const choices = chosen && !found.some(({ id }) => id === chosen.id) ? [chosen, ...found] : found;
  return (
    <Select data-autofocus={first || undefined} label={t('enrol.person')} placeholder={t('common.nobody')} searchable clearable value={value || null} error={error} nothingFoundMessage={t('settings.nobodyFound')}
      searchValue={typed} onSearchChange={setTyped} filter={({ options }) => options}
      clearButtonProps={{ 'aria-label': t('common.remove') }} data={choices.map(({ id, name }) => ({ value: id, label: name }))}
      onChange={(id) => {
        setChosen(choices.find((person) => person.id === id) ?? null);
        onChange(id ?? '');
      }} />
  );
}

/** The fleets that whoever is signed in sees. */
export const useFleets = () => useQuery({ queryKey: ['fleets'], queryFn: () => all((cursor) => api.fleets(cursor)) }).data ?? [];

export function FleetSelect({ value, error, onChange }: ChoiceProps) {
  const { t } = useTranslation();
  const fleets = useFleets();
  return (
    <Select label={t('enrol.fleet')} value={value === '' ? (fleets[0]?.id ?? null) : value} error={error} allowDeselect={false}
      data={fleets.map(({ id, name }) => ({ value: id, label: name }))} onChange={(id) => onChange(id ?? '')} />
  );
}
