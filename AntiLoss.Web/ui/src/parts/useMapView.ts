import { useComputedColorScheme } from '@mantine/core';
import { useReducedMotion } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { BaseMaps } from '../api';
import { fleet } from '../console';
import type { Language } from '../i18n';
import { baseMaps } from '../queries';
import type { MapCamera, MapEvents, MapOptions, MapView } from '../map/mapView';

export const noMaps: BaseMaps = { items: [], tileSource: null };

const hasWebGl = () => document.createElement('canvas').getContext('webgl2') !== null;

let library: Promise<(options: MapOptions) => Promise<MapView>> | null = null;

/**
 * What draws the map, WebGL where there is one: larger than all else together. It may be asked for before anybody is
 * known to be signed in, so that it is there when the first phones are.
 */
export const mapLibrary = () => (library ??= hasWebGl() ? import('../map/map').then(({ openMap }) => openMap) : import('../map/plainMap').then(({ openPlainMap }) => openPlainMap));

export interface MapHandle {
  readonly view: MapView | null;
  readonly failed: boolean;
}

export function useMapView(container: RefObject<HTMLDivElement | null>, camera: MapCamera | null, events: MapEvents): MapHandle {
  const { t, i18n } = useTranslation();
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const calm = useReducedMotion(false, { getInitialValueInEffect: false });
  const maps = useQuery(baseMaps);
  const known = maps.data ?? (maps.isPending ? null : noMaps);
  const language = i18n.language as Language;
  const [handle, setHandle] = useState<MapHandle>({ view: null, failed: false });
  const latest = useRef(events);
  const start = useRef({ camera, scheme, language, calm, label: t('map.label') });
  const ready = known !== null;

  useEffect(() => {
    latest.current = events;
  });

  useEffect(() => {
    const element = container.current;
    if (!element || !ready) return;
    let gone = false;
    let view: MapView | null = null;
    const mark = (idle: boolean) => {
      element.dataset.map = idle ? 'idle' : 'busy';
      latest.current.onIdle(idle);
    };
    mapLibrary().then((open) => open({
      ...start.current,
      container: element,
      fleet,
      maps: known,
      events: {
        onChoose: (id) => latest.current.onChoose(id),
        onMoved: (to, viewport) => latest.current.onMoved(to, viewport),
        onIdle: mark,
        onBlank: (blank) => latest.current.onBlank(blank),
      },
    })).then(
      (opened) => {
        if (gone) {
          opened.destroy();
          return;
        }
        view = opened;
        setHandle({ view, failed: false });
      },
      () => setHandle({ view: null, failed: true }),
    );
    return () => {
      gone = true;
      view?.destroy();
      setHandle({ view: null, failed: false });
    };
    // A map is opened once; what changes later it is told (below).
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [container, ready]);

  useEffect(() => {
    if (known) handle.view?.dress(scheme, language, known);
  }, [handle.view, scheme, language, known]);

  return handle;
}
