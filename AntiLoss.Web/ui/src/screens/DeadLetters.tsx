import { Button, Table, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, type DeadLetter } from '../api';
import { fleet } from '../console';
import { Trouble } from '../parts/Trouble';
import { useSession, useTimes } from '../session';
import { Section } from './Settings';

/** What could not be taken as it came, kept for a person to look at. */
export function DeadLetters() {
  const { t } = useTranslation();
  const session = useSession();
  return (
    <div className="stage-page">
      <div className="page">
        <Title order={1}>{t('letters.title')}</Title>
        <Text c="dimmed" mb="md">{t('letters.intro')}</Text>
        <Letters />
        {session.installationOwner && <Section title={t('letters.quarantine')} hint={t('letters.quarantineIntro')}><Quarantine /></Section>}
      </div>
    </div>
  );
}

function Letters() {
  const { t } = useTranslation();
  const letters = useInfiniteQuery({
    queryKey: ['dead-letters'],
    queryFn: ({ pageParam }) => api.deadLetters(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  if (letters.isError) return <Trouble text={letters.error.message} onRetry={() => void letters.refetch()} />;
  const items = letters.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="card">
      {items.length === 0 && !letters.isPending ? <Text c="dimmed">{t('letters.empty')}</Text> : (
        <div className="card-scroll">
          <Table className="table">
            <Table.Thead><Table.Tr><Table.Th>{t('letters.at')}</Table.Th><Table.Th>{t('letters.device')}</Table.Th><Table.Th>{t('letters.reason')}</Table.Th><Table.Th>{t('letters.bytes')}</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>{items.map((letter) => <Letter key={letter.id} letter={letter} />)}</Table.Tbody>
          </Table>
        </div>
      )}
      {letters.hasNextPage && <Button variant="default" mt="sm" onClick={() => void letters.fetchNextPage()}>{t('common.loadMore')}</Button>}
    </div>
  );
}

/** Bytes as text where they are text. */
function readable(base64: string): string {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}

function Letter({ letter }: { letter: DeadLetter }) {
  const { t } = useTranslation();
  const times = useTimes();
  const [shown, setShown] = useState(false);
  return (
    <Table.Tr>
      <Table.Td>{times.dateAndTime(letter.receivedAt)}</Table.Td>
      <Table.Td><Link className="link-text" to={`/map?device=${letter.device}`}>{fleet.byId(letter.device)?.name ?? letter.device}</Link></Table.Td>
      <Table.Td>{letter.reason}<div className="hint">{letter.protocol}</div></Table.Td>
      <Table.Td>
        <span className="hint">{t('letters.size', { count: letter.length })}</span>{' '}
        {letter.bytes === null ? <span className="hint">{t('letters.notKept')}</span> : shown ? <pre className="letter-bytes"><code>{readable(letter.bytes)}</code></pre>
          : <Button size="compact-xs" variant="subtle" onClick={() => setShown(true)}>{t('letters.show')}</Button>}
      </Table.Td>
    </Table.Tr>
  );
}

function Quarantine() {
  const { t } = useTranslation();
  const times = useTimes();
  const client = useQueryClient();
  const read = useQuery({ queryKey: ['quarantine'], queryFn: api.quarantine, retry: false });
  const strangers = read.data?.items ?? [];
  if (strangers.length === 0) return <Text c="dimmed">{t('letters.quarantineEmpty')}</Text>;
  return (
    <Table className="table">
      <Table.Thead><Table.Tr><Table.Th>{t('letters.user')}</Table.Th><Table.Th>{t('letters.count')}</Table.Th><Table.Th>{t('letters.at')}</Table.Th><Table.Th><span className="visually-hidden">{t('letters.block')}</span></Table.Th></Table.Tr></Table.Thead>
      <Table.Tbody>
        {strangers.map((stranger) => (
          <Table.Tr key={stranger.sender}>
            <Table.Td><code>{stranger.sender}</code></Table.Td>
            <Table.Td>{stranger.count}</Table.Td>
            <Table.Td>{times.dateAndTime(stranger.lastAt)}</Table.Td>
            <Table.Td ta="right">
              {stranger.blocked ? t('letters.blocked') : (
                <Button size="compact-sm" variant="default" onClick={() => void api.block(stranger.sender).then(() => client.invalidateQueries({ queryKey: ['quarantine'] }))}>{t('letters.block')}</Button>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
