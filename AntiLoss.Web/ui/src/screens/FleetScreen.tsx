import { Anchor, Button, Switch, Text, TextInput, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { all, ApiError, api, type Fleet } from '../api';
import { Trouble } from '../parts/Trouble';
import { useSubmit } from '../parts/useSubmit';
import { PolicyForm } from './PolicyForm';
import { Section } from './Settings';

/** One fleet: what it is called, and what its phones are expected to do. */
export function FleetScreen() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const fleets = useQuery({ queryKey: ['fleets'], queryFn: () => all((cursor) => api.fleets(cursor)) });
  const policy = useQuery({ queryKey: ['policy', id], queryFn: () => api.policy(id), refetchOnWindowFocus: false, retry: false });
  const usual = useQuery({ queryKey: ['policy-defaults'], queryFn: api.usualPolicy, staleTime: Infinity });
  const fleet = fleets.data?.find((each) => each.id === id);
  const failed = policy.error ?? fleets.error ?? usual.error;
  if (failed) {
    const missing = failed instanceof ApiError && failed.status === 404;
    return <Trouble text={missing ? t('error.notFound') : failed.message} {...(!missing && { onRetry: () => void policy.refetch() })} />;
  }
  if (!fleet || !policy.data || !usual.data) return null;
  return (
    <div className="stage-page">
      <div className="page">
        <Anchor component={Link} to="/settings" size="sm">{t('policy.back')}</Anchor>
        <Title order={1} mb="md">{fleet.name}</Title>
        <Section title={t('enrol.fleet')}><FleetForm key={fleet.id} fleet={fleet} /></Section>
        <PolicyForm key={policy.data.version} fleet={fleet.id} policy={policy.data} usual={usual.data} onReload={async () => { await policy.refetch(); }} />
      </div>
    </div>
  );
}

function FleetForm({ fleet }: { fleet: Fleet }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState(fleet.name);
  const [friends, setFriends] = useState(fleet.friends);
  const form = useSubmit(async () => {
    await api.changeFleet(fleet.id, { name, friends });
    await client.invalidateQueries({ queryKey: ['fleets'] });
  });
  const same = name === fleet.name && friends === fleet.friends;
  return (
    <form className="line" onSubmit={form.onSubmit}>
      <TextInput label={t('settings.fleetName')} value={name} error={form.of('name') ?? form.general('name')} onChange={(event) => setName(event.currentTarget.value)} />
      <Switch label={t('settings.friends')} checked={friends} onChange={(event) => setFriends(event.currentTarget.checked)} mb={8} />
      <Button type="submit" variant="default" loading={form.busy} disabled={name.trim() === '' || same}>{t('common.save')}</Button>
      <Text c="dimmed" size="xs" className="line-hint">{t('settings.friendsHint')}</Text>
    </form>
  );
}
