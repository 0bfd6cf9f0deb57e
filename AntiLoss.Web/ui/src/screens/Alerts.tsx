import { Button, Checkbox, Group, Modal, SegmentedControl, Stack, Switch, Text, TextInput, Title } from '@mantine/core';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { isPossible, switchAlarm, useAlarmWay, type AlarmWay } from '../alerts/alarms';
import { groupsOf, type Alert, type AlertGroup } from '../alerts/alerts';
import { api } from '../api';
import { actorName, alertName } from '../parts/names';
import { SeverityMark } from '../parts/marks';
import { Trouble } from '../parts/Trouble';
import { useSubmit } from '../parts/useSubmit';
import { useMay, useTimes } from '../session';
import { Buttons, Refused } from './DeviceDialogs';

/** The inbox: what a person should know, what nobody has seen first; acknowledged, or resolved with a word on how. */
export function Alerts() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [address, setAddress] = useSearchParams();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [resolving, setResolving] = useState<readonly Alert[] | null>(null);
  const may = useMay('act');
  const state = address.get('state') === 'all' ? 'all' : 'open';
  const read = useInfiniteQuery({
    queryKey: ['alerts', state],
    queryFn: ({ pageParam, signal }) => api.alerts({ state: state === 'open' ? 'open' : null, cursor: pageParam, limit: 200 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const alerts = read.data?.pages.flatMap((page) => page.items) ?? [];
  const picked = alerts.filter(({ id, state: now }) => chosen.has(id) && now !== 'resolved');
  const changed = async () => {
    setChosen(new Set());
    await client.invalidateQueries({ queryKey: ['alerts'] });
  };
  const acknowledge = useSubmit(async () => {
    for (const { id } of picked.filter((alert) => alert.state === 'open')) await api.acknowledge(id);
    await changed();
  });
  const choose = (of: readonly Alert[], on: boolean) => {
    const next = new Set(chosen);
    for (const { id } of of) {
      if (on) next.add(id);
      else next.delete(id);
    }
    setChosen(next);
  };
  return (
    <div className="stage-page">
      <div className="page">
        <Group justify="space-between" align="center" mb="sm">
          <Title order={1}>{t('alerts.title')}</Title>
          <SegmentedControl aria-label={t('alerts.show')} value={state} onChange={(to) => setAddress(to === 'all' ? { state: 'all' } : {}, { replace: true })}
            data={[{ value: 'open', label: t('alerts.open') }, { value: 'all', label: t('alerts.all') }]} />
        </Group>
        <Group gap="lg" mb="md">{(['sound', 'desktop'] as const).map((way) => <AlarmSwitch key={way} way={way} />)}</Group>
        {may && alerts.length > 0 && (
          <div className="alert-bar" role="toolbar" aria-label={t('alerts.chosen')}>
            <Checkbox label={t('alerts.chooseAll')} checked={picked.length > 0 && picked.length === unresolved(alerts).length} indeterminate={picked.length > 0 && picked.length < unresolved(alerts).length}
              onChange={(event) => choose(unresolved(alerts), event.currentTarget.checked)} />
            <Button variant="default" loading={acknowledge.busy} disabled={!picked.some((alert) => alert.state === 'open')} onClick={() => void acknowledge.run()}>{t('alerts.acknowledge')}</Button>
            <Button variant="default" disabled={picked.length === 0} onClick={() => setResolving(picked)}>{t('alerts.resolve')}</Button>
            <Refused text={acknowledge.general()} />
          </div>
        )}
        {read.isError ? <Trouble text={read.error.message} onRetry={() => void read.refetch()} /> : (
          <>
            {alerts.length === 0 && !read.isPending && <div className="card"><Text c="dimmed">{t(state === 'open' ? 'alerts.noneOpen' : 'alerts.none')}</Text></div>}
            {groupsOf(alerts).map((group) => <Phone key={group.id} group={group} chosen={chosen} onChoose={may ? choose : null} />)}
            {read.hasNextPage && <Button variant="default" onClick={() => void read.fetchNextPage()}>{t('common.loadMore')}</Button>}
          </>
        )}
      </div>
      {resolving && <Resolve alerts={resolving} onDone={changed} onClose={() => setResolving(null)} />}
    </div>
  );
}

function AlarmSwitch({ way }: { way: AlarmWay }) {
  const { t } = useTranslation();
  return <Switch label={t(`alerts.alarm.${way}`)} checked={useAlarmWay(way)} disabled={!isPossible(way)} onChange={(event) => void switchAlarm(way, event.currentTarget.checked)} />;
}

const unresolved = (alerts: readonly Alert[]) => alerts.filter(({ state }) => state !== 'resolved');

type Choose = ((of: readonly Alert[], on: boolean) => void) | null;

function Phone({ group, chosen, onChoose }: { group: AlertGroup; chosen: ReadonlySet<string>; onChoose: Choose }) {
  const { t } = useTranslation();
  const [unfolded, setUnfolded] = useState(false);
  const row = (alert: Alert, named: boolean) => <Row key={alert.id} alert={alert} named={named} chosen={chosen.has(alert.id)} onChoose={onChoose} />;
  return (
    <section className="card" aria-label={group.name || t('alertKind.storm')}>
      {group.device && <Title order={2} size="h4" mb="xs"><Link className="link-text" to={`/map?device=${group.device}`}>{group.name}</Link></Title>}
      <ul className="alerts">{group.alerts.map((alert) => row(alert, false))}</ul>
      {group.folded.length > 0 && (
        <>
          <Button mt="xs" size="compact-sm" variant="subtle" aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>{t('alerts.folded', { count: group.folded.length })}</Button>
          {unfolded && <ul className="alerts">{group.folded.map((alert) => row(alert, true))}</ul>}
        </>
      )}
    </section>
  );
}

function Row({ alert, named, chosen, onChoose }: { alert: Alert; named: boolean; chosen: boolean; onChoose: Choose }) {
  const { t } = useTranslation();
  const times = useTimes();
  const kind = alertName(alert.kind, t);
  const detail = alert.kind === 'flapping' && alert.detail ? alertName(alert.detail.charAt(0).toLowerCase() + alert.detail.slice(1), t) : alert.detail;
  const told = [
    times.dateAndTime(alert.happenedAt), alert.late && t('alerts.late'), alert.count > 1 && t('alerts.times', { count: alert.count }),
    alert.acknowledgedBy && alert.state === 'acknowledged' && t('alerts.seenBy', { by: actorName(alert.acknowledgedBy.name, t) }),
    alert.resolvedBy && alert.state === 'resolved' && t('alerts.resolvedBy', { by: actorName(alert.resolvedBy.name, t), how: alert.how ?? '' }),
  ];
  return (
    <li className={`alert-row alert-${alert.state}`}>
      {onChoose && alert.state !== 'resolved' ? <Checkbox checked={chosen} aria-label={t('alerts.choose', { kind, name: alert.deviceName })} onChange={(event) => onChoose([alert], event.currentTarget.checked)} /> : <span />}
      <span className="alert-severity"><SeverityMark severity={alert.severity} />{t(`alerts.severity.${alert.severity}`)}</span>
      <div>
        <div className="alert-kind">{named && <Link className="link-text" to={`/map?device=${alert.device}`}>{alert.deviceName}</Link>} {kind}{detail && <span className="alert-detail"> {detail}</span>}</div>
        <div className="hint">{told.filter(Boolean).join(' · ')}</div>
      </div>
    </li>
  );
}

function Resolve({ alerts, onDone, onClose }: { alerts: readonly Alert[]; onDone: () => Promise<void>; onClose: () => void }) {
  const { t } = useTranslation();
  const [how, setHow] = useState('');
  const form = useSubmit(async () => {
    for (const { id } of alerts) await api.resolve(id, how);
    await onDone();
    onClose();
  });
  return (
    <Modal opened onClose={onClose} size={440} title={t('alerts.resolveTitle', { count: alerts.length })} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form onSubmit={form.onSubmit}>
        <Stack gap="sm">
          <Text>{t('alerts.resolveText')}</Text>
          <TextInput data-autofocus label={t('alerts.how')} required withAsterisk={false} value={how} error={form.of('how')} onChange={(event) => setHow(event.currentTarget.value)} />
          <Refused text={form.general('how')} />
          <Buttons submit={t('alerts.resolve')} busy={form.busy} disabled={how.trim() === ''} onClose={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}
