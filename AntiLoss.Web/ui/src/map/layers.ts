import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl';
import type { Language } from '../i18n';
import { stateNames } from '../states';
import type { Tokens } from '../tokens';
import { mapFont } from './baseStyle';
import { ringSteps } from './sprites';

// How phones, clusters and ways are drawn. The source `phones` holds them one by one (and gathers them when zoomed
// out), `cells` holds the clusters that the server made; both look alike.

export const clusterMaxZoom = 11;
export const emptyCollection = { type: 'FeatureCollection' as const, features: [] };

/** Each cluster knows how many phones of each state it holds. */
export const clusterProperties: Record<string, unknown> = Object.fromEntries(
  stateNames.map((state) => [state, ['+', ['case', ['==', ['get', 'state'], state], 1, 0]]]),
);

const share = (state: string): ExpressionSpecification => [
  'to-string',
  ['ceil', ['*', ringSteps, ['/', ['coalesce', ['get', state], 0], ['max', 1, ['get', 'point_count']]]]],
];

const clusterImage: ExpressionSpecification = [
  'concat',
  'cluster/',
  ...stateNames.flatMap((state, index) => (index === 0 ? [share(state)] : ['-', share(state)])),
  ['step', ['get', 'point_count'], '/small', 50, '/medium', 1000, '/large'],
] as ExpressionSpecification;

const isCluster: ExpressionSpecification = ['has', 'point_count'];
const isPhone: ExpressionSpecification = ['!', ['has', 'point_count']];

function clusterLayer(source: string, of: Tokens, language: Language): LayerSpecification {
  return {
    id: `${source}-cluster`, type: 'symbol', source, filter: isCluster,
    layout: {
      'icon-image': clusterImage, 'icon-allow-overlap': true, 'icon-ignore-placement': true,
      'text-field': ['get', 'point_count_abbreviated'], 'text-font': mapFont(language), 'text-size': 12, 'text-allow-overlap': true,
      'text-ignore-placement': true,
    },
    paint: { 'text-color': of.ink },
  };
}

export function phoneLayers(of: Tokens, language: Language): LayerSpecification[] {
  return [
    { id: 'accuracy', type: 'fill', source: 'chosen', filter: ['==', ['get', 'kind'], 'accuracy'], paint: { 'fill-color': of.accent, 'fill-opacity': 0.12 } },
    { id: 'accuracy-line', type: 'line', source: 'chosen', filter: ['==', ['get', 'kind'], 'accuracy'], paint: { 'line-color': of.accent, 'line-opacity': 0.5, 'line-width': 1 } },
    {
      id: 'way', type: 'line', source: 'way', filter: ['!', ['get', 'gap']], layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': of.accent, 'line-width': 3.5, 'line-opacity': ['get', 'fade'] },
    },
    {
      id: 'way-gap', type: 'line', source: 'way', filter: ['get', 'gap'],
      paint: { 'line-color': of.accent, 'line-width': 2, 'line-dasharray': [1.5, 2.5], 'line-opacity': ['*', 0.7, ['get', 'fade']] },
    },
    { id: 'halo', type: 'circle', source: 'chosen', filter: ['==', ['get', 'kind'], 'place'], paint: { 'circle-radius': 12, 'circle-color': of.accent, 'circle-opacity': 0.22, 'circle-stroke-color': of.accent, 'circle-stroke-width': 1.5 } },
    clusterLayer('cells', of, language),
    clusterLayer('phones', of, language),
    // Below the dots, so that MapLibre places it after them: a name goes where it covers no dot.
    {
      id: 'phone-name', type: 'symbol', source: 'phones', filter: isPhone, minzoom: 14,
      layout: {
        'text-field': ['get', 'name'], 'text-font': mapFont(language), 'text-size': 12, 'text-variable-anchor': ['top', 'bottom', 'left', 'right'],
        'text-radial-offset': 1.2, 'text-justify': 'auto', 'text-max-width': 12, 'text-optional': true, 'symbol-sort-key': ['get', 'rank'],
      },
      paint: { 'text-color': of.ink, 'text-halo-color': of.halo, 'text-halo-width': 1.5 },
    },
    {
      id: 'wedge', type: 'symbol', source: 'phones', filter: ['all', isPhone, ['get', 'moving'], ['>=', ['get', 'heading'], 0]],
      layout: {
        'icon-image': ['concat', 'wedge/', ['get', 'state']], 'icon-rotate': ['get', 'heading'], 'icon-rotation-alignment': 'map',
        'icon-allow-overlap': true, 'icon-ignore-placement': true,
      },
    },
    {
      id: 'phone', type: 'symbol', source: 'phones', filter: isPhone,
      layout: {
        'icon-image': ['concat', 'dot/', ['get', 'state']], 'icon-allow-overlap': true, 'icon-padding': 0,
        // What is urgent lies on top.
        'symbol-sort-key': ['-', 0, ['get', 'rank']],
      },
    },
    {
      id: 'moment', type: 'circle', source: 'chosen', filter: ['==', ['get', 'kind'], 'moment'],
      paint: { 'circle-radius': 7, 'circle-color': of.accent, 'circle-stroke-color': of.halo, 'circle-stroke-width': 2.5 },
    },
  ];
}
