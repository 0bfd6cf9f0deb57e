import { ActionIcon, Button, CloseButton, Kbd, Select, Skeleton, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { all, api } from '../api';
import { useFleet } from '../console';
import type { Phone } from '../fleet/fleet';
import { matching, phoneOf, withHeadings, type ListRow } from '../fleet/list';
import { PanelIcon } from '../parts/icons';
import { Age, Battery, BearerTag, StateMark } from '../parts/marks';
import { chipStates, type StateName } from '../states';

interface PanelProps {
  readonly fleetId: string | null;
  readonly onFleet: (id: string | null) => void;
  readonly search: string;
  readonly onSearch: (text: string) => void;
  readonly state: StateName | null;
  readonly onState: (state: StateName | null) => void;
  readonly chosen: string | null;
  readonly onChoose: (id: string) => void;
  readonly onList: (phones: readonly Phone[]) => void;
  readonly searchRef: RefObject<HTMLInputElement | null>;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
}

export function FleetPanel({ searchRef, ...props }: PanelProps) {
  const { t, i18n } = useTranslation();
  const fleet = useFleet(400);
  const fleets = useQuery({ queryKey: ['fleets'], queryFn: () => all((cursor) => api.fleets(cursor)) });
  const { rows, loading, failed, more } = usePhones(props);
  const { onList } = props;
  useEffect(() => onList(rows.flatMap((row) => (row.kind === 'phone' ? [row.phone] : []))), [rows, onList]);
  const number = new Intl.NumberFormat(i18n.language);
  const several = (fleets.data?.length ?? 0) > 1;
  const title = fleets.data?.find(({ id }) => id === props.fleetId)?.name ?? t('panel.everything');

  return (
    <section className={props.open ? 'panel panel-open' : 'panel'} aria-label={t('panel.label')}>
      <button type="button" className="panel-grip" aria-expanded={props.open} onClick={() => props.onOpen(!props.open)}>
        <span className="visually-hidden">{props.open ? t('panel.collapse') : t('panel.expand')}</span>
      </button>
      <header className="panel-head">
        <div className="panel-title">
          <Title order={1} size="h3">{title}</Title>
          <Text span c="dimmed" size="lg">{number.format(fleet.counts.all)}</Text>
          <ActionIcon className="panel-fold" variant="subtle" color="gray" aria-label={t('panel.collapse')} onClick={() => props.onOpen(false)}><PanelIcon /></ActionIcon>
        </div>
        {several && (
          <Select aria-label={t('panel.fleet')} value={props.fleetId ?? ''} allowDeselect={false} size="xs"
            data={[{ value: '', label: t('panel.everything') }, ...(fleets.data ?? []).map(({ id, name }) => ({ value: id, label: name }))]}
            onChange={(id) => props.onFleet(id === '' ? null : id)} />
        )}
        <TextInput ref={searchRef} type="search" aria-label={t('panel.searchLabel')} placeholder={t('panel.search')} value={props.search}
          onChange={(event) => props.onSearch(event.currentTarget.value)} onFocus={() => props.onOpen(true)}
          rightSection={props.search ? <CloseButton size="sm" aria-label={t('panel.clear')} onClick={() => props.onSearch('')} /> : <Kbd size="xs" aria-hidden="true">/</Kbd>} />
        <div className="chips" role="group" aria-label={t('panel.list')}>
          <Chip name={t('state.all')} count={number.format(fleet.counts.all)} on={props.state === null} onClick={() => props.onState(null)} />
          {chipStates.map((state) => (
            <Chip key={state} name={t(`state.${state}`)} hint={t(`state.hint.${state}`)} state={state} count={number.format(fleet.counts[state] ?? 0)} on={props.state === state}
              onClick={() => props.onState(props.state === state ? null : state)} />
          ))}
        </div>
      </header>
      {loading ? <Loading /> : failed ? <Text p="md" role="alert">{t('panel.failed')}</Text> : rows.length === 0 ? (
        <Text className="panel-none" c="dimmed">{props.state && !props.search ? t('panel.nothingInState') : props.search ? t('panel.nothing') : t('empty.waitingHint')}</Text>
      ) : <List rows={rows} chosen={props.chosen} onChoose={props.onChoose} more={more} />}
    </section>
  );
}

/** From the fleet that is here; a fleet too large for that is asked for in pages. */
function usePhones({ search, state, fleetId }: Pick<PanelProps, 'search' | 'state' | 'fleetId'>) {
  const fleet = useFleet(400);
  const [asked] = useDebouncedValue(search.trim(), 200);
  const remote = useInfiniteQuery({
    queryKey: ['list', fleetId, state, asked],
    queryFn: ({ pageParam, signal }) => api.devices({ fleet: fleetId, state, search: asked, cursor: pageParam, limit: 100 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    enabled: fleet.wide || asked !== '',
    refetchInterval: fleet.wide ? 10_000 : false,
  });
  const items = remote.data?.pages.flatMap((page) => page.items);
  const here = fleet.wide ? null : fleet.inOrder();
  const rows = useMemo(() => {
    if (here === null) return withHeadings((items ?? []).map((item) => fleet.byId(item.id) ?? phoneOf(item)));
    return withHeadings(matching(here, { search, state }, new Set(asked === '' ? [] : items?.map((item) => item.id))));
  }, [here, items, search, state, asked, fleet]);
  return {
    rows,
    loading: !fleet.loaded || (fleet.wide && remote.isPending),
    failed: fleet.wide && remote.isError,
    more: fleet.wide && remote.hasNextPage ? () => void remote.fetchNextPage() : null,
  };
}

function Chip({ name, count, state, hint, on, onClick }: { name: string; count: string; state?: StateName; hint?: string; on: boolean; onClick: () => void }) {
  return (
    <button type="button" className="chip" aria-pressed={on} title={hint} onClick={onClick}>
      {state && <StateMark state={state} size={12} />}
      <span>{name}</span>
      <span className="chip-count">{count}</span>
    </button>
  );
}

function List({ rows, chosen, onChoose, more }: { rows: ListRow[]; chosen: string | null; onChoose: (id: string) => void; more: (() => void) | null }) {
  const { t } = useTranslation();
  const scroll = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualizer draws this list again by itself
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: (index) => (rows[index]?.kind === 'heading' ? 34 : 50),
    getItemKey: (index) => {
      const row = rows[index];
      return row?.kind === 'phone' ? row.phone.id : `heading-${row?.state ?? ''}`;
    },
    overscan: 8,
  });
  const at = chosen === null ? -1 : rows.findIndex((row) => row.kind === 'phone' && row.phone.id === chosen);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' });
    // Only when another phone is chosen: a list that moves under the viewer's hand is worse than one that does not.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [chosen]);
  return (
    <div ref={scroll} className="panel-list">
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          return (
            <div key={item.key} className="panel-slot" style={{ transform: `translateY(${item.start}px)`, height: item.size }}>
              {row.kind === 'heading' ? <h2 className="panel-heading">{row.urgent ? t('panel.attention') : t(`state.${row.state}`)}</h2>
                : <Row phone={row.phone} on={row.phone.id === chosen} onChoose={onChoose} />}
            </div>
          );
        })}
      </div>
      {more && <Button variant="subtle" fullWidth onClick={more}>{t('common.loadMore')}</Button>}
    </div>
  );
}

function Row({ phone, on, onChoose }: { phone: Phone; on: boolean; onChoose: (id: string) => void }) {
  const { t } = useTranslation();
  return (
    <button type="button" className="row" aria-current={on} data-device={phone.id} onClick={() => onChoose(phone.id)}>
      <StateMark state={phone.state} />
      <span className="row-name"><span className="visually-hidden">{t(`state.${phone.state}`)}: </span>{phone.name}</span>
      <span className="row-figures">
        <BearerTag bearer={phone.bearer} />
        <Battery percent={phone.battery} charging={phone.charging} />
      </span>
      <span className="row-person">{phone.personName}</span>
      <span className="row-age">{phone.fixedAt === 0 ? <span>{t('panel.noFix')}</span> : <Age at={phone.fixedAt} />}</span>
    </button>
  );
}

const Loading = () => (
  <div className="panel-loading" aria-hidden="true">
    {Array.from({ length: 8 }, (_, index) => <Skeleton key={index} height={34} radius={6} />)}
  </div>
);
