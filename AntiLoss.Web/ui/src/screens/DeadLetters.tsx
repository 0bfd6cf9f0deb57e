import { Button, Table, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, type DeadLetter, type Stranger, type WrongPassword } from '../api';
import { inWordsOfViewer } from '../i18n';
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

/** How many bytes of a message the list has. */
const bytesInList = 4096;

/** Bytes as text where they are text. */
function readable(base64: string): string {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}

function Letter({ letter }: { letter: DeadLetter }) {
  const { t } = useTranslation();
  const times = useTimes();
  const [shown, setShown] = useState(false);
  const device = useQuery({ queryKey: ['device', letter.device], queryFn: ({ signal }) => api.device(letter.device, signal) });
  return (
    <Table.Tr>
      <Table.Td>{times.dateAndTime(letter.receivedAt)}</Table.Td>
      <Table.Td><Link className="link-text" to={`/map?device=${letter.device}`}>{device.data?.name ?? letter.device}</Link></Table.Td>
      <Table.Td>{inWordsOfViewer(letter.reason)}<div className="hint">{letter.protocol}</div></Table.Td>
      <Table.Td>
        <span className="hint">{t('letters.size', { count: letter.length })}</span>{' '}
        {letter.bytes === null ? <span className="hint">{t('letters.notKept')}</span> : (
          <>
            {letter.kept < letter.length && <span className="hint">{t('letters.cut', { count: letter.kept })} </span>}
            {!shown && <Button size="compact-xs" variant="subtle" onClick={() => setShown(true)}>{t('letters.show')}</Button>}
            <Button component="a" size="compact-xs" variant="subtle" href={`/api/v1/dead-letters/${letter.id}/bytes`} download aria-label={t('letters.saveOf', { id: letter.id })}>{t('letters.save')}</Button>
            {shown && <pre className="letter-bytes"><code>{readable(letter.bytes)}{bytesInList < letter.kept && '…'}</code></pre>}
          </>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

/** Who could not be proved, by what it calls itself; and the phones for which somebody had a wrong password. */
function Quarantine() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const read = useQuery({ queryKey: ['quarantine'], queryFn: api.quarantine, retry: false });
  if (read.isError) return <Trouble text={read.error.message} onRetry={() => void read.refetch()} />;
  const { items = [], wrongPasswords = [] } = read.data ?? {};
  const block = async ({ sender, blocked }: Stranger) => {
    await api.block(sender, !blocked);
    await client.invalidateQueries({ queryKey: ['quarantine'] });
  };
  return (
    <>
      {items.length === 0 ? <Text c="dimmed">{t('letters.quarantineEmpty')}</Text> : (
        <Strangers name={t('letters.user')} of={items.map((stranger) => ({ ...stranger, ...stranger.messages.at(-1), name: stranger.sender }))} action={(stranger) => (
          <Button size="compact-sm" variant={stranger.blocked ? 'subtle' : 'default'} onClick={() => void block(stranger)}>{stranger.blocked ? t('letters.unblock') : t('letters.block')}</Button>
        )} />
      )}
      {wrongPasswords.length > 0 && (
        <>
          <Title order={3} size="h4" mt="md">{t('letters.wrongPasswords')}</Title>
          <Strangers name={t('letters.device')} of={wrongPasswords.map((wrong) => ({ ...wrong, name: wrong.device }))} />
        </>
      )}
    </>
  );
}

type Row<T> = T & { name: string; app?: string; address?: string };

function Strangers<T extends Stranger | WrongPassword>({ name, of, action }: { name: string; of: Row<T>[]; action?: (row: Row<T>) => ReactNode }) {
  const { t } = useTranslation();
  const times = useTimes();
  return (
    <Table className="table">
      <Table.Thead><Table.Tr><Table.Th>{name}</Table.Th><Table.Th>{t('letters.address')}</Table.Th><Table.Th>{t('letters.count')}</Table.Th><Table.Th>{t('letters.last')}</Table.Th>{action && <Table.Th><span className="visually-hidden">{t('letters.block')}</span></Table.Th>}</Table.Tr></Table.Thead>
      <Table.Tbody>
        {of.map((row) => (
          <Table.Tr key={row.name}>
            <Table.Td><code>{row.name}</code></Table.Td>
            <Table.Td>{row.address}<div className="hint">{row.app}</div></Table.Td>
            <Table.Td>{row.count}</Table.Td>
            <Table.Td>{times.dateAndTime(row.lastAt)}</Table.Td>
            {action && <Table.Td className="table-actions">{action(row)}</Table.Td>}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
