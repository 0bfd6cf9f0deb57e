import { ActionIcon, Button, Center, Loader, Text } from '@mantine/core';
import { useViewportSize } from '@mantine/hooks';
import { lazy, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { live, useFleet, useLiveStatus } from '../console';
import type { Phone } from '../fleet/fleet';
import { phoneOf } from '../fleet/list';
import type { Viewport } from '../live/live';
import type { MapCamera, MapView } from '../map/mapView';
import { CloseIcon, FitIcon, MinusIcon, PanelIcon, PlusIcon } from '../parts/icons';
import { Later } from '../parts/Later';
import { LivePill } from '../parts/LivePill';
import { useMapView } from '../parts/useMapView';
import type { StateName } from '../states';
import { EmptyFleet } from './EmptyFleet';
import { FleetPanel } from './FleetPanel';
import { useKeys } from './useKeys';

const drawer = () => import('./DeviceDrawer');
const DeviceDrawer = lazy(async () => ({ default: (await drawer()).DeviceDrawer }));

const cameraOf = (search: URLSearchParams): MapCamera | null => {
  const zoom = Number(search.get('z') ?? Number.NaN);
  const [latitude, longitude] = (search.get('ll') ?? '').split(',').map(Number);
  if (![zoom, latitude, longitude].every(Number.isFinite) || latitude === undefined || longitude === undefined) return null;
  return { zoom, centre: [longitude, latitude] };
};

/** The map, the list beside it, and the phone that is chosen. All of it has an address. */
export function MapScreen({ onHelp, onAdd }: { onHelp: () => void; onAdd: (() => void) | null }) {
  const [search, setSearch] = useSearchParams();
  const device = search.get('device');
  const fleetId = search.get('fleet');
  const [text, setText] = useState('');
  const [state, setState] = useState<StateName | null>(null);
  const [panel, setPanel] = useState(() => window.innerWidth >= 720);
  const list = useRef<readonly Phone[]>([]);
  const input = useRef<HTMLInputElement>(null);

  const change = useCallback(
    (values: Record<string, string | null>, replace: boolean) => {
      setSearch(
        () => {
          // What the address says now, not what it said when this was last drawn: the map moves while a phone is chosen.
          const next = new URLSearchParams(window.location.search);
          for (const [name, value] of Object.entries(values)) {
            if (value === null) next.delete(name);
            else next.set(name, value);
          }
          return next;
        },
        { replace },
      );
    },
    [setSearch],
  );
  const choose = useCallback((id: string | null) => {
    change({ device: id }, false);
    if (id !== null && window.innerWidth < 720) setPanel(false);
  }, [change]);

  useEffect(() => live.watchFleet(fleetId), [fleetId]);
  useEffect(() => live.choose(device), [device]);
  const onList = useCallback((phones: readonly Phone[]) => {
    list.current = phones;
  }, []);
  const onMoved = useCallback((camera: MapCamera, viewport: Viewport) => {
    live.look(viewport);
    change({ z: camera.zoom.toFixed(2), ll: `${camera.centre[1].toFixed(5)},${camera.centre[0].toFixed(5)}` }, true);
  }, [change]);

  const view = useRef<MapView | null>(null);
  const step = (by: number) => {
    const phones = list.current;
    const at = phones.findIndex(({ id }) => id === device);
    const next = phones[at < 0 ? (by > 0 ? 0 : phones.length - 1) : Math.max(0, Math.min(phones.length - 1, at + by))];
    if (next) choose(next.id);
  };
  useKeys({
    '/': () => {
      setPanel(true);
      input.current?.focus();
      input.current?.select();
    },
    j: () => step(1),
    k: () => step(-1),
    f: () => view.current?.fit(device),
    Escape: () => {
      if (document.activeElement === input.current && text !== '') setText('');
      else if (document.activeElement === input.current) input.current?.blur();
      else choose(null);
    },
    '?': onHelp,
  });

  return (
    <div className={`console${panel ? ' with-panel' : ''}${device ? ' with-drawer' : ''}`}>
      <FleetPanel fleetId={fleetId} onFleet={(id) => change({ fleet: id, device: null }, false)} search={text} onSearch={setText} state={state} onState={setState}
        chosen={device} onChoose={choose} onList={onList} searchRef={input} open={panel} onOpen={setPanel} />
      <MapStage device={device} search={search} onChoose={choose} onMoved={onMoved} viewRef={view} onAdd={onAdd} panel={panel} onPanel={() => setPanel(true)} />
    </div>
  );
}

interface StageProps {
  readonly device: string | null;
  readonly search: URLSearchParams;
  readonly onChoose: (id: string | null) => void;
  readonly onMoved: (camera: MapCamera, viewport: Viewport) => void;
  readonly viewRef: { current: MapView | null };
  readonly onAdd: (() => void) | null;
  readonly panel: boolean;
  readonly onPanel: () => void;
}

function MapStage({ device, search, onChoose, onMoved, viewRef, onAdd, panel, onPanel }: StageProps) {
  const { t } = useTranslation();
  const container = useRef<HTMLDivElement>(null);
  const [blank, setBlank] = useState(false);
  const [dismissed, setDismissed] = useState(false);
  const status = useLiveStatus();
  const { view, failed } = useMapView(container, cameraOf(search), { onChoose, onMoved, onIdle: () => undefined, onBlank: setBlank });

  useEffect(() => {
    viewRef.current = view;
    view?.choose(device);
    return exposeForTests(view);
  }, [view, viewRef, device]);
  useEffect(() => {
    // Once the map is there nothing is in its way: a phone is opened at once. A failure is told where it is drawn.
    if (view) drawer().catch(() => undefined);
  }, [view]);
  usePadding(view, device !== null);
  useShowOnce(view, device);

  return (
    <div className="map-stage">
      <div ref={container} className={status.kind === 'stale' ? 'map map-stale' : 'map'} data-map="loading" />
      {!view && !failed && <Center className="map-cover"><Loader aria-label={t('map.loading')} /></Center>}
      {failed && <Center className="map-cover"><Text role="alert">{t('map.failed')}</Text></Center>}
      <div className="map-top">
        {!panel && <ActionIcon className="map-button panel-unfold" variant="default" size={36} aria-label={t('panel.expand')} onClick={onPanel}><PanelIcon /></ActionIcon>}
        <LivePill />
      </div>
      {view?.kind === 'plain' && <div className="map-note">{t('map.noWebGl')}</div>}
      {blank && !dismissed && view?.kind === 'webgl' && (
        <div className="map-note">
          {t('map.cityHint')}
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t('map.dismiss')} onClick={() => setDismissed(true)}><CloseIcon size={16} /></ActionIcon>
        </div>
      )}
      <div className="map-zoom">
        <Button.Group orientation="vertical">
          <ActionIcon variant="default" size={36} aria-label={t('map.zoomIn')} onClick={() => view?.zoomBy(1)}><PlusIcon size={18} /></ActionIcon>
          <ActionIcon variant="default" size={36} aria-label={t('map.zoomOut')} onClick={() => view?.zoomBy(-1)}><MinusIcon size={18} /></ActionIcon>
          <ActionIcon variant="default" size={36} aria-label={t('map.fit')} onClick={() => view?.fit(null)}><FitIcon size={18} /></ActionIcon>
        </Button.Group>
      </div>
      <EmptyFleet onAdd={onAdd} />
      {device && <Later><DeviceDrawer key={device} id={device} view={view} onClose={() => onChoose(null)} /></Later>}
    </div>
  );
}

/** What is shown is shown beside the panels, not behind them. */
function usePadding(view: MapView | null, drawer: boolean) {
  const { width, height } = useViewportSize();
  useEffect(() => {
    // Not measured yet.
    if (!view || width === 0) return;
    const sheet = width < 720;
    const right = drawer && !sheet ? 420 : 0;
    const bottom = sheet ? (drawer ? Math.round(height * 0.56) : 168) : 0;
    view.pad({ left: 0, right, top: 0, bottom });
  }, [view, drawer, width, height]);
}

/** A phone that is chosen where it cannot be seen is brought into view, once; after that the viewer leads. */
function useShowOnce(view: MapView | null, device: string | null) {
  const fleet = useFleet(500);
  const shown = useRef<string | null>(null);
  const seen = device === null ? undefined : fleet.byId(device);
  const { chosen } = fleet;
  useEffect(() => {
    // Among clusters it is not here one by one.
    const phone = seen ?? (chosen?.id === device ? phoneOf(chosen) : null);
    if (!view || !device || !phone?.place || shown.current === device) return;
    const { place } = phone;
    shown.current = device;
    const behind = (x: number, y: number) => window.innerWidth < 720 ? y > window.innerHeight * 0.36 : x > view.width() - 440;
    if (!view.drawn().some(({ id, x, y }) => id === device && !behind(x, y))) view.goTo([place.longitude / 1e6, place.latitude / 1e6], Math.max(view.camera().zoom, 14));
  }, [view, device, seen, chosen]);
}

declare global {
  interface Window {
    /** What the map shows, to be read by browser tests. */
    antilossMap?: Pick<MapView, 'kind' | 'drawn' | 'drawnClusters' | 'camera'>;
  }
}

function exposeForTests(view: MapView | null) {
  if (view) window.antilossMap = { kind: view.kind, drawn: () => view.drawn(), drawnClusters: () => view.drawnClusters(), camera: () => view.camera() };
  return () => {
    delete window.antilossMap;
  };
}
