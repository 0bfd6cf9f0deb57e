import { useComputedColorScheme } from '@mantine/core';
import { useReducedMotion } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type BaseMaps } from '../api';
import { fleet } from '../console';
import type { Language } from '../i18n';
import type { MapCamera, MapEvents, MapOptions, MapView } from '../map/mapView';

export const noMaps: BaseMaps = { items: [], tileSource: null };

const hasWebGl = () => document.createElement('canvas').getContext('webgl2') !== null;

/** WebGL where there is one. The library comes with this call and not before: it is larger than all else. */
async function open(options: MapOptions): Promise<MapView> {
  if (hasWebGl()) {
    const { openMap } = await import('../map/map');
    return openMap(options);
  }
  const { openPlainMap } = await import('../map/plainMap');
  return openPlainMap(options);
}

export interface MapHandle {
  readonly view: MapView | null;
  readonly failed: boolean;
}

export function useMapView(container: RefObject<HTMLDivElement | null>, camera: MapCamera | null, events: MapEvents): MapHandle {
  const { t, i18n } = useTranslation();
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const calm = useReducedMotion(false, { getInitialValueInEffect: false });
  const maps = useQuery({ queryKey: ['basemaps'], queryFn: api.baseMaps, retry: false, refetchInterval: 60_000, staleTime: 60_000 });
  const baseMaps = maps.data ?? (maps.isPending ? null : noMaps);
  const language = i18n.language as Language;
  const [handle, setHandle] = useState<MapHandle>({ view: null, failed: false });
  const latest = useRef(events);
  const start = useRef({ camera, scheme, language, calm, label: t('map.label') });
  const ready = baseMaps !== null;

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
    open({
      ...start.current,
      container: element,
      fleet,
      maps: baseMaps,
      events: {
        onChoose: (id) => latest.current.onChoose(id),
        onMoved: (to, viewport) => latest.current.onMoved(to, viewport),
        onIdle: mark,
        onBlank: (blank) => latest.current.onBlank(blank),
      },
    }).then(
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
    if (baseMaps) handle.view?.dress(scheme, language, baseMaps);
  }, [handle.view, scheme, language, baseMaps]);

  return handle;
}
