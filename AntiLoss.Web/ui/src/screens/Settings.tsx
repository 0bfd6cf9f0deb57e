import { Button, Group, SegmentedControl, Select, Switch, Table, Text, TextInput, Title, useMantineColorScheme } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { all, api, type Fleet } from '../api';
import { changeLanguage, languages, type Language } from '../i18n';
import { Confirm } from '../parts/Confirm';
import { StateMark } from '../parts/marks';
import { useSubmit } from '../parts/useSubmit';
import { useMay, useSession } from '../session';
import { stateNames } from '../states';
import { noMaps } from '../parts/useMapView';
import { Accounts } from './Accounts';
import { ApiKeys } from './ApiKeys';
import { Enrolment, WaitingPhones } from './Enrolment';
import { ImportDialog } from './ImportDialog';
import { Organizations } from './Organizations';
import { PasswordForm } from './PasswordForm';
import { People } from './People';

export function Settings() {
  const { t } = useTranslation();
  const session = useSession();
  const mayAct = useMay('act');
  const mayManage = useMay('manage');
  return (
    <div className="stage-page">
      <div className="page">
        <Title order={1} mb="md">{t('settings.title')}</Title>
        <Appearance />
        <Section title={t('settings.organization')}>{mayManage ? <OrganizationForm /> : <Text>{session.organization.name}</Text>}<SignedInAs /></Section>
        <Section title={t('settings.phones')} {...(mayAct && { hint: t('settings.phonesHint') })}><Phones /></Section>
        {mayManage && <Section title={t('settings.fleets')}><Fleets /></Section>}
        {mayAct && <WaitingPhones />}
        {mayManage && <Enrolment />}
        <Section title={t('settings.people')}><People /></Section>
        {mayManage && <Section title={t('accounts.title')} hint={t('accounts.hint')}><Accounts /></Section>}
        {mayManage && <Section title={t('settings.apiKeys')}><ApiKeys /></Section>}
        <Section title={t('password.title')} hint={t('password.hint')}><PasswordForm /></Section>
        {mayManage && <BaseMap />}
        {session.installationOwner && <Section title={t('settings.organizations')} hint={t('settings.organizationsHint')}><Organizations /></Section>}
      </div>
    </div>
  );
}

export function Section({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <section className="card" aria-label={title}>
      <Title order={2} size="h3">{title}</Title>
      {hint && <Text c="dimmed">{hint}</Text>}
      <div className="card-body">{children}</div>
    </section>
  );
}

function Appearance() {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Section title={t('settings.appearance')}>
      <Group align="flex-end">
        <Select label={t('language')} w={180} allowDeselect={false} value={i18n.language} data={languages} onChange={(to) => to && void changeLanguage(to as Language)} />
        <SegmentedControl aria-label={t('scheme.label')} value={colorScheme} onChange={(to) => setColorScheme(to)}
          data={(['auto', 'light', 'dark'] as const).map((value) => ({ value, label: t(`scheme.${value}`) }))} />
      </Group>
      <ul className="legend" aria-label={t('settings.legend')}>
        {stateNames.map((state) => (
          <li key={state}><StateMark state={state} /><span>{t(`state.${state}`)}</span><span className="hint">{t(`state.hint.${state}`)}</span></li>
        ))}
      </ul>
    </Section>
  );
}

function SignedInAs() {
  const { t } = useTranslation();
  const { account, role } = useSession();
  return <Text c="dimmed" size="xs">{t('settings.signedInAs', { email: account.email, role: t(`accounts.roles.${role}`) })}</Text>;
}

const timeZones = Intl.supportedValuesOf('timeZone');

function OrganizationForm() {
  const { t } = useTranslation();
  const session = useSession();
  const client = useQueryClient();
  const [name, setName] = useState(session.organization.name);
  const [timeZone, setTimeZone] = useState(session.timeZone);
  const form = useSubmit(async () => {
    await api.changeOrganization({ name, timeZone });
    await client.invalidateQueries({ queryKey: ['session'] });
  });
  const same = name === session.organization.name && timeZone === session.timeZone;
  return (
    <form className="line" onSubmit={form.onSubmit}>
      <TextInput label={t('settings.organizationName')} value={name} error={form.of('name') ?? form.general('name', 'timeZone')} onChange={(event) => setName(event.currentTarget.value)} />
      <Select label={t('settings.timeZone')} searchable allowDeselect={false} value={timeZone} error={form.of('timeZone')}
        data={timeZones.includes(timeZone) ? timeZones : [timeZone, ...timeZones]} onChange={(zone) => zone && setTimeZone(zone)} />
      <Button type="submit" variant="default" loading={form.busy} disabled={name.trim() === '' || same}>{t('common.save')}</Button>
      <Text c="dimmed" size="xs" className="line-hint">{t('settings.timeZoneHint')}</Text>
    </form>
  );
}

/** Many phones at once, in and out. */
function Phones() {
  const { t } = useTranslation();
  const mayAct = useMay('act');
  const [importing, setImporting] = useState(false);
  return (
    <Group gap="sm">
      {mayAct && <Button variant="default" onClick={() => setImporting(true)}>{t('import.open')}</Button>}
      <Button variant="default" component="a" href="/api/v1/devices/export" download="phones.csv">{t('import.export')}</Button>
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
    </Group>
  );
}

function Fleets() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const fleets = useQuery({ queryKey: ['fleets'], queryFn: () => all((cursor) => api.fleets(cursor)) });
  const [name, setName] = useState('');
  const [removing, setRemoving] = useState<Fleet | null>(null);
  const again = () => client.invalidateQueries({ queryKey: ['fleets'] });
  const form = useSubmit(async () => {
    await api.addFleet(name);
    setName('');
    await again();
  });
  return (
    <>
      <Table className="table">
        <Table.Thead><Table.Tr><Table.Th>{t('settings.fleetName')}</Table.Th><Table.Th>{t('settings.phones')}</Table.Th><Table.Th>{t('settings.friends')}</Table.Th><Table.Th><span className="visually-hidden">{t('common.remove')}</span></Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {fleets.data?.map((fleet) => (
            <Table.Tr key={fleet.id}>
              <Table.Td>{fleet.name}</Table.Td>
              <Table.Td>{fleet.count}</Table.Td>
              <Table.Td><Switch aria-label={`${t('settings.friends')}: ${fleet.name}`} checked={fleet.friends} onChange={(event) => void api.changeFleet(fleet.id, { friends: event.currentTarget.checked }).then(again)} /></Table.Td>
              <Table.Td className="table-actions">
                <Button size="compact-sm" variant="subtle" color="gray" component={Link} to={`/settings/fleets/${fleet.id}`} aria-label={t('policy.openOf', { name: fleet.name })}>{t('policy.open')}</Button>
                <Button size="compact-sm" variant="subtle" color="gray" aria-label={t('settings.removeFleet', { name: fleet.name })} onClick={() => setRemoving(fleet)}>{t('common.remove')}</Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text c="dimmed" size="xs">{t('settings.friendsHint')}</Text>
      <form className="line" onSubmit={form.onSubmit}>
        <TextInput label={t('settings.addFleet')} value={name} error={form.refusal?.message} onChange={(event) => setName(event.currentTarget.value)} />
        <Button type="submit" variant="default" loading={form.busy} disabled={name.trim() === ''}>{t('common.add')}</Button>
      </form>
      {removing && <Confirm title={t('settings.removeFleet', { name: removing.name })} text={t('settings.removeText')} submit={t('common.remove')} onClose={() => setRemoving(null)}
        onConfirm={async () => { await api.removeFleet(removing.id); await again(); }} />}
    </>
  );
}

function BaseMap() {
  const { t } = useTranslation();
  const read = useQuery({ queryKey: ['basemaps'], queryFn: api.baseMaps, retry: false });
  const maps = read.data ?? noMaps;
  return (
    <Section title={t('settings.baseMap')} hint={t('settings.baseMapIntro')}>
      {maps.items.length === 0 ? <Text>{t('settings.noBaseMaps')}</Text> : <ul className="plain-list">{maps.items.map(({ name }) => <li key={name}><code>{name}</code></li>)}</ul>}
      <Text c="dimmed" mt="xs">{t('settings.baseMapHow')}</Text>
      <Text mt="xs">{t('settings.tileSource')}: {maps.tileSource ? <code>{maps.tileSource}</code> : <Text span c="dimmed">{t('settings.noTileSource')}</Text>}</Text>
    </Section>
  );
}
