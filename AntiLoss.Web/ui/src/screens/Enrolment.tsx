import { Button, NumberInput, Table, Text, Textarea, TextInput } from '@mantine/core';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { all, api, type EnrolmentToken, type WaitingPhone } from '../api';
import { Confirm } from '../parts/Confirm';
import { Value } from '../parts/Secret';
import { Trouble } from '../parts/Trouble';
import { useSubmit } from '../parts/useSubmit';
import { useTimes } from '../session';
import { FleetSelect } from './EnrolDialog';
import { Section } from './Settings';

const lookEvery = 15_000;
const day = 86_400_000;

const useFleetName = () => {
  const fleets = useQuery({ queryKey: ['fleets'], queryFn: () => all((cursor) => api.fleets(cursor)) });
  return (id: string) => fleets.data?.find((fleet) => fleet.id === id)?.name ?? id;
};

/** How many phones come in: tokens, and the list of the phones that are ours. */
export function Enrolment() {
  const { t } = useTranslation();
  return (
    <>
      <Section title={t('tokens.title')} hint={t('tokens.hint')}><Tokens /></Section>
      <Section title={t('equipment.title')} hint={t('equipment.hint')}><Equipment /></Section>
    </>
  );
}

/** Phones that showed a token and are not let in by themselves. Nothing is shown while there are none. */
export function WaitingPhones() {
  const { t } = useTranslation();
  const times = useTimes();
  const client = useQueryClient();
  const fleetName = useFleetName();
  const waiting = useQuery({ queryKey: ['waiting-phones'], queryFn: api.waitingPhones, refetchInterval: lookEvery });
  const [refusing, setRefusing] = useState<WaitingPhone | null>(null);
  const again = () => client.invalidateQueries({ queryKey: ['waiting-phones'] });
  const admit = useDecision(async (id) => { await api.decide(id, true); await again(); });
  if (!waiting.data || waiting.data.items.length === 0) return null;
  return (
    <Section title={t('waiting.title')} hint={t('waiting.hint')}>
      <Table className="table">
        <Table.Thead><Table.Tr><Table.Th>{t('waiting.phone')}</Table.Th><Table.Th>{t('waiting.why')}</Table.Th><Table.Th><span className="visually-hidden">{t('common.edit')}</span></Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {waiting.data.items.map((phone) => (
            <Table.Tr key={phone.id}>
              <Table.Td>{nameOf(phone)}<div className="hint">{phone.software} · {t(`agent.${phone.kind}`, { defaultValue: phone.kind })}</div></Table.Td>
              <Table.Td>{t(`waiting.reason.${phone.reason}`)}<div className="hint">{fleetName(phone.fleet)} · {t('drawer.linkSince', { time: times.dateAndTime(phone.since) })}</div></Table.Td>
              <Table.Td className="table-actions">
                <Button size="compact-sm" variant="default" loading={admit.busy === phone.id} aria-label={t('waiting.admitOne', { name: nameOf(phone) })} onClick={() => void admit.run(phone.id)}>{t('waiting.admit')}</Button>{' '}
                <Button size="compact-sm" variant="subtle" color="gray" aria-label={t('waiting.refuseOne', { name: nameOf(phone) })} onClick={() => setRefusing(phone)}>{t('waiting.refuse')}</Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {admit.error && <Text role="alert" c="var(--al-lost)">{admit.error}</Text>}
      {refusing && <Confirm title={t('waiting.refuseOne', { name: nameOf(refusing) })} text={t('waiting.refuseText')} submit={t('waiting.refuse')} onClose={() => setRefusing(null)}
        onConfirm={async () => { await api.decide(refusing.id, false); await again(); }} />}
    </Section>
  );
}

const nameOf = (phone: WaitingPhone) => [phone.imei, phone.serial].filter(Boolean).join(' · ') || phone.id.slice(0, 12);

/** An act on one row of many: which row is busy, and what the server said against the last. */
function useDecision(decide: (id: string) => Promise<void>) {
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const run = async (id: string) => {
    setBusy(id);
    setError(null);
    try {
      await decide(id);
    } catch (refusal) {
      setError(refusal instanceof Error ? refusal.message : String(refusal));
    } finally {
      setBusy(null);
    }
  };
  return { busy, error, run };
}

function Tokens() {
  const { t } = useTranslation();
  const times = useTimes();
  const client = useQueryClient();
  const fleetName = useFleetName();
  const tokens = useQuery({ queryKey: ['enrolment-tokens'], queryFn: api.enrolmentTokens });
  const [draft, setDraft] = useState({ name: '', fleet: '', phones: 100, days: 30 });
  const [made, setMade] = useState<{ name: string; secret: string } | null>(null);
  const [revoking, setRevoking] = useState<EnrolmentToken | null>(null);
  const again = () => client.invalidateQueries({ queryKey: ['enrolment-tokens'] });
  const form = useSubmit(async () => {
    const { token, secret } = await api.addEnrolmentToken({
      name: draft.name, fleet: draft.fleet === '' ? null : draft.fleet, phones: draft.phones, until: new Date(Date.now() + draft.days * day).toISOString(),
    });
    setMade({ name: token.name, secret });
    setDraft({ ...draft, name: '' });
    await again();
  });
  if (tokens.isError) return <Trouble text={tokens.error.message} onRetry={() => void tokens.refetch()} />;
  return (
    <>
      {tokens.data?.items.length === 0 ? <Text c="dimmed">{t('tokens.none')}</Text> : (
        <Table className="table">
          <Table.Thead><Table.Tr><Table.Th>{t('tokens.name')}</Table.Th><Table.Th>{t('enrol.fleet')}</Table.Th><Table.Th>{t('tokens.joined')}</Table.Th><Table.Th>{t('tokens.until')}</Table.Th><Table.Th><span className="visually-hidden">{t('settings.revoke')}</span></Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {tokens.data?.items.map((token) => (
              <Table.Tr key={token.id}>
                <Table.Td>{token.name}</Table.Td>
                <Table.Td>{fleetName(token.fleet)}</Table.Td>
                <Table.Td>{t('tokens.of', { count: token.phones, most: token.mostPhones })}</Table.Td>
                <Table.Td>{token.revoked ? t('tokens.revoked') : times.date(token.until)}</Table.Td>
                <Table.Td className="table-actions">{!token.revoked && <Button size="compact-sm" variant="subtle" color="gray" aria-label={t('settings.revokeKey', { name: token.name })} onClick={() => setRevoking(token)}>{t('settings.revoke')}</Button>}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {made && (
        <div className="made" role="status">
          <p className="first-use">{t('tokens.once', { name: made.name })}</p>
          <dl className="values"><Value name={t('tokens.secret')} value={made.secret} secret /></dl>
        </div>
      )}
      <form className="line" onSubmit={form.onSubmit}>
        <TextInput label={t('tokens.name')} value={draft.name} error={form.of('name') ?? form.general('name', 'fleet', 'phones', 'until')} onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })} />
        <FleetSelect value={draft.fleet} error={form.of('fleet')} onChange={(fleet) => setDraft({ ...draft, fleet })} />
        <NumberInput label={t('tokens.phones')} value={draft.phones} min={1} max={10_000} allowDecimal={false} error={form.of('phones')} hideControls onChange={(phones) => typeof phones === 'number' && setDraft({ ...draft, phones })} />
        <NumberInput label={t('tokens.days')} value={draft.days} min={1} max={365} allowDecimal={false} error={form.of('until')} hideControls onChange={(days) => typeof days === 'number' && setDraft({ ...draft, days })} />
        <Button type="submit" variant="default" loading={form.busy} disabled={draft.name.trim() === ''}>{t('tokens.add')}</Button>
      </form>
      {revoking && <Confirm title={t('settings.revokeKey', { name: revoking.name })} text={t('tokens.revokeText')} submit={t('settings.revoke')} onClose={() => setRevoking(null)}
        onConfirm={async () => { await api.revokeEnrolmentToken(revoking.id); await again(); }} />}
    </>
  );
}

function Equipment() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [text, setText] = useState('');
  const [removing, setRemoving] = useState<string | null>(null);
  const list = useInfiniteQuery({
    queryKey: ['equipment'],
    queryFn: ({ pageParam }) => api.equipment(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const again = () => client.invalidateQueries({ queryKey: ['equipment'] });
  const form = useSubmit(async () => {
    await api.addEquipment(text.split(/[\s,;]+/).filter(Boolean));
    setText('');
    await again();
  });
  if (list.isError) return <Trouble text={list.error.message} onRetry={() => void list.refetch()} />;
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {list.isSuccess && items.length === 0 ? <Text c="dimmed">{t('equipment.none')}</Text> : (
        <ul className="equipment" aria-label={t('equipment.title')}>
          {items.map((identifier) => (
            <li key={identifier}><code>{identifier}</code><Button size="compact-xs" variant="subtle" color="gray" aria-label={t('equipment.remove', { name: identifier })} onClick={() => setRemoving(identifier)}>{t('common.remove')}</Button></li>
          ))}
        </ul>
      )}
      {list.hasNextPage && <Button variant="subtle" size="compact-sm" mt="xs" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('equipment.more')}</Button>}
      <form className="equipment-add" onSubmit={form.onSubmit}>
        <Textarea label={t('equipment.identifiers')} description={t('equipment.identifiersHint')} autosize minRows={2} maxRows={8} value={text} error={form.refusal && wrongOf(form.refusal.fields, form.refusal.message)} onChange={(event) => setText(event.currentTarget.value)} />
        <Button type="submit" variant="default" mt="xs" loading={form.busy} disabled={text.trim() === ''}>{t('common.add')}</Button>
      </form>
      {removing !== null && <Confirm title={t('equipment.remove', { name: removing })} text={t('equipment.removeText')} submit={t('common.remove')} onClose={() => setRemoving(null)}
        onConfirm={async () => { await api.removeEquipment(removing); await again(); }} />}
    </>
  );

  /** The server counts from 0, people from 1. */
  function wrongOf(fields: Record<string, string>, message: string) {
    const [field, said] = Object.entries(fields)[0] ?? [];
    const at = /^identifiers\[(\d+)\]$/.exec(field ?? '')?.[1];
    return at === undefined ? message : t('equipment.wrong', { number: Number(at) + 1, said });
  }
}
