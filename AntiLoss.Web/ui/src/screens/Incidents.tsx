import { Button, Group, Stack, Table, Text, Textarea, Title } from '@mantine/core';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { actionOf, type IncidentDetail, type IncidentMoment } from '../alerts/incidents';
import { api } from '../api';
import { coordinates } from '../format';
import { actorName, alertName } from '../parts/names';
import { DownloadIcon, LeftIcon } from '../parts/icons';
import { SeverityMark, StateMark } from '../parts/marks';
import { Trouble } from '../parts/Trouble';
import { useSubmit } from '../parts/useSubmit';
import { useMay, useTimes } from '../session';
import { Refused } from './DeviceDialogs';

/** Each time that a phone was lost. */
export function Incidents() {
  const { t } = useTranslation();
  const times = useTimes();
  const read = useInfiniteQuery({
    queryKey: ['incidents'],
    queryFn: ({ pageParam, signal }) => api.incidents({ cursor: pageParam, limit: 100 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const items = read.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="stage-page">
      <div className="page">
        <Title order={1} mb="md">{t('incidents.title')}</Title>
        {read.isError ? <Trouble text={read.error.message} onRetry={() => void read.refetch()} /> : (
          <div className="card">
            {items.length === 0 && !read.isPending ? <Text c="dimmed">{t('incidents.none')}</Text> : (
              <div className="card-scroll">
                <Table className="table">
                  <Table.Thead><Table.Tr><Table.Th>{t('incidents.phone')}</Table.Th><Table.Th>{t('incidents.lost')}</Table.Th><Table.Th>{t('incidents.reason')}</Table.Th><Table.Th>{t('incidents.stands')}</Table.Th></Table.Tr></Table.Thead>
                  <Table.Tbody>
                    {items.map((incident) => (
                      <Table.Tr key={incident.id}>
                        <Table.Td><Link className="link-text" to={`/incidents/${incident.id}`}>{incident.deviceName}</Link><div className="hint">{incident.personName ?? t('common.nobody')}</div></Table.Td>
                        <Table.Td>{times.dateAndTime(incident.openedAt)}<div className="hint">{actorName(incident.openedBy.name, t)}</div></Table.Td>
                        <Table.Td>{incident.reason}</Table.Td>
                        <Table.Td>{incident.closedAt ? t('incidents.closedAt', { time: times.dateAndTime(incident.closedAt) }) : <span className="badge"><StateMark state="lost" />{t('incidents.open')}</span>}
                          {!incident.closedAt && !incident.seenAt && <div className="hint">{t('incidents.unseen')}</div>}</Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </div>
            )}
            {read.hasNextPage && <Button variant="default" mt="sm" onClick={() => void read.fetchNextPage()}>{t('common.loadMore')}</Button>}
          </div>
        )}
      </div>
    </div>
  );
}

/** One incident: what is known of it, in the order in which it happened. */
export function IncidentScreen() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const read = useQuery({ queryKey: ['incident', id], queryFn: ({ signal }) => api.incident(id, signal), staleTime: 60_000, retry: false });
  return (
    <div className="stage-page">
      <div className="page">
        <Link className="link-text back" to="/incidents"><LeftIcon size={16} />{t('incidents.title')}</Link>
        {read.isError && <Trouble text={read.error.message} onRetry={() => void read.refetch()} />}
        {read.data && <Known of={read.data} />}
      </div>
    </div>
  );
}

function Known({ of: { incident, hadBy, timeline } }: { of: IncidentDetail }) {
  const { t } = useTranslation();
  const times = useTimes();
  const may = useMay('act');
  const by = (name: string | undefined, at: string) => t('incidents.byAt', { by: actorName(name ?? '', t), time: times.dateAndTime(at) });
  return (
    <>
      <Group justify="space-between" align="center" my="sm">
        <Title order={1}>{incident.deviceName}</Title>
        <Group gap="xs">
          <Button component={Link} variant="default" to={`/map?device=${incident.device}`}>{t('incidents.onMap')}</Button>
          <Button component="a" variant="default" leftSection={<DownloadIcon size={16} />} href={`/api/v1/incidents/${incident.id}/export`} download>{t('incidents.export')}</Button>
        </Group>
      </Group>
      <section className="card" aria-label={t('incidents.facts')}>
        <dl className="facts">
          <div><dt>{t('incidents.lost')}</dt><dd>{by(incident.openedBy.name, incident.openedAt)}</dd></div>
          <div><dt>{t('incidents.reason')}</dt><dd>{incident.reason ?? '–'}</dd></div>
          <div><dt>{t('incidents.seen')}</dt><dd>{incident.seenAt ? by(incident.seenBy?.name, incident.seenAt) : t('incidents.unseen')}</dd></div>
          <div><dt>{t('incidents.closed')}</dt><dd>{incident.closedAt ? by(incident.closedBy?.name, incident.closedAt) : t('incidents.open')}</dd></div>
          {incident.outcome && <div><dt>{t('incidents.outcome')}</dt><dd>{incident.outcome}</dd></div>}
          <div><dt>{t('incidents.hadBy')}</dt><dd>{hadBy.length === 0 ? t('common.nobody') : hadBy.map(({ person }) => person?.name ?? t('common.nobody')).join(', ')}</dd></div>
        </dl>
        <Text className="hint" mt="sm">{t('incidents.exportHint')}</Text>
      </section>
      <section className="card" aria-label={t('incidents.timeline')}>
        <Title order={2} size="h3">{t('incidents.timeline')}</Title>
        <Text c="dimmed" mb="sm">{t('incidents.timelineHint', { zone: times.zone })}</Text>
        <ol className="events">{timeline.map((moment) => <Moment key={`${moment.kind}-${moment.id}`} moment={moment} />)}</ol>
        {may && <Note incident={incident.id} />}
      </section>
    </>
  );
}

function Moment({ moment }: { moment: IncidentMoment }) {
  const { t } = useTranslation();
  const times = useTimes();
  const { name, asked } = actionOf(moment.what);
  const action = t(`auditAction.${name}`, { defaultValue: name.replaceAll('-', ' ') });
  const what = moment.kind === 'note' ? moment.what : moment.kind === 'alert' ? alertName(moment.what, t) : asked ? t('incidents.asked', { action }) : action;
  const word = (of: string | null) => t(`protection.${of?.toLowerCase() ?? ''}`, { defaultValue: of ?? '' });
  const change = name === 'protection' && `${word(moment.before)} → ${word(moment.after)}`;
  const place = moment.latitude !== null && moment.longitude !== null ? coordinates(moment.latitude, moment.longitude) : null;
  return (
    <li className={moment.severity === 'critical' ? 'event event-critical' : moment.kind === 'audit' ? 'event event-over' : 'event'}>
      <span className="event-line"><span>{moment.severity && <SeverityMark severity={moment.severity} />} {what}</span></span>
      <span className="hint">{[times.dateAndTime(moment.at), moment.by && actorName(moment.by.name, t), moment.detail, change, place].filter(Boolean).join(' · ')}</span>
    </li>
  );
}

function Note({ incident }: { incident: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [text, setText] = useState('');
  const form = useSubmit(async () => {
    await api.addNote(incident, text);
    setText('');
    await client.invalidateQueries({ queryKey: ['incident', incident] });
  });
  return (
    <form onSubmit={form.onSubmit}>
      <Stack gap="xs" mt="md">
        <Textarea label={t('incidents.note')} description={t('incidents.noteHint')} autosize minRows={2} value={text} error={form.of('text')} onChange={(event) => setText(event.currentTarget.value)} />
        <Refused text={form.general('text')} />
        <Group><Button type="submit" variant="default" loading={form.busy} disabled={text.trim() === ''}>{t('incidents.addNote')}</Button></Group>
      </Stack>
    </form>
  );
}
