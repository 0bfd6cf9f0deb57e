import { layers as cityLayers, namedFlavor, type Flavor } from '@protomaps/basemaps';
import type { Feature, FeatureCollection, MultiPolygon, Polygon } from 'geojson';
import type { ExpressionSpecification, LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import worldUrl from 'world-atlas/countries-50m.json?url';
import type { BaseMaps } from '../api';
import type { Language } from '../i18n';
import { tokens, type Scheme, type Tokens } from '../tokens';
import { cities } from './cities';
import { centroid, unwrapped, type Point } from './geo';

// The base map: the world from Natural Earth, cities from what the administrator dropped in, the customer's own tiles
// if there are any. Nothing here knows a phone.

/** From here on a city map is drawn where there is one, and the world alone is a blank sheet. */
export const cityZoom = 9;

export interface World {
  readonly land: FeatureCollection;
  readonly borders: Feature;
  readonly countries: readonly { readonly code: string; readonly size: number; readonly point: Point }[];
}

type Countries = Topology<{ countries: GeometryCollection<{ name: string }> }>;

let file: Promise<string> | null = null;
let world: Promise<World> | null = null;

/** Fetches the world and leaves it unread: reading it keeps the page busy for a while. */
export const fetchWorld = (): Promise<string> =>
  (file ??= fetch(worldUrl).then((response) => response.text()).catch((error: unknown) => {
    file = null;
    throw error;
  }));

export const loadWorld = (): Promise<World> =>
  (world ??= readWorld().catch((error: unknown) => {
    world = null;
    throw error;
  }));

async function readWorld(): Promise<World> {
  const topology = JSON.parse(await fetchWorld()) as Countries;
  const land = whole(feature(topology, topology.objects.countries));
  return {
    land,
    borders: { type: 'Feature', properties: {}, geometry: mesh(topology, topology.objects.countries, (a, b) => a !== b) },
    countries: land.features.flatMap((country) => {
      const largest = largestPart(country.geometry as Polygon | MultiPolygon);
      // The number of ISO 3166 is a region that every browser can name in every language.
      const code = country.id === undefined ? undefined : new Intl.Locale(`und-${String(country.id).padStart(3, '0')}`).region;
      return code && largest.area > 0 ? [{ code, size: largest.area, point: largest.centre }] : [];
    }),
  };
}

/** The countries as rings that a map can fill: none leaps from one edge of the world to the other. */
function whole(countries: FeatureCollection): FeatureCollection {
  return {
    ...countries,
    features: countries.features.map((country) => {
      const { geometry } = country;
      if (geometry.type === 'Polygon') return { ...country, geometry: { ...geometry, coordinates: geometry.coordinates.map(unwrapped) } };
      if (geometry.type !== 'MultiPolygon') return country;
      return { ...country, geometry: { ...geometry, coordinates: geometry.coordinates.map((polygon) => polygon.map(unwrapped)) } };
    }),
  };
}

function largestPart(geometry: Polygon | MultiPolygon) {
  const rings = geometry.type === 'Polygon' ? [geometry.coordinates[0]] : geometry.coordinates.map((polygon) => polygon[0]);
  return rings.map((ring) => centroid(ring ?? [])).reduce((best, part) => (part.area > best.area ? part : best), { area: 0, centre: [0, 0] as Point });
}

const nothing: FeatureCollection = { type: 'FeatureCollection', features: [] };

function labels(of: World, language: Language): FeatureCollection {
  const regions = new Intl.DisplayNames(language, { type: 'region' });
  const point = (at: Point, properties: Record<string, unknown>): Feature => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: at },
    properties,
  });
  return {
    type: 'FeatureCollection',
    features: [
      ...of.countries.map(({ code, size, point: at }) =>
        point(at, { kind: 'country', name: regions.of(code) ?? code, order: -size, from: size > 150 ? 1 : size > 25 ? 2.5 : size > 4 ? 3.8 : size > 0.5 ? 5 : 6.5 }),
      ),
      ...cities.map((city) =>
        point([city.longitude, city.latitude], {
          kind: 'city', name: language === 'zh-CN' ? city.zh : city.en, order: city.rank, from: [2.5, 4, 5][city.rank - 1] ?? 5,
        }),
      ),
    ],
  };
}

/** Names for MapLibre's own drawing of letters: with no glyph file it takes fonts of the page. */
export const mapFont = (language: Language) => (language === 'zh-CN' ? ['Noto Sans SC'] : ['Inter, system-ui, Noto Sans, sans-serif']);

const flavour = (scheme: Scheme, of: Tokens): Flavor => {
  const base = namedFlavor(scheme);
  const road = of.mapRoad;
  const casing = of.roadCasing;
  const area = scheme === 'light' ? '#eeece7' : '#1e2225';
  return {
    ...base,
    background: of.mapWater, earth: of.mapLand, water: of.mapWater, park_a: of.mapPark, park_b: of.mapPark, wood_a: of.mapPark, wood_b: of.mapPark,
    scrub_a: of.mapPark, scrub_b: of.mapPark, hospital: area, school: area, industrial: area, pedestrian: area, zoo: of.mapPark, military: area,
    aerodrome: area, sand: area, beach: area, glacier: area, buildings: scheme === 'light' ? '#ebe8e2' : '#212529',
    other: road, minor_service: road, minor_a: road, minor_b: road, link: road, major: road,
    highway: scheme === 'light' ? '#fbf3dc' : '#343a40', bridges_highway: scheme === 'light' ? '#fbf3dc' : '#343a40',
    bridges_other: road, bridges_minor: road, bridges_link: road, bridges_major: road,
    minor_service_casing: casing, minor_casing: casing, link_casing: casing, major_casing_early: casing, major_casing_late: casing,
    highway_casing_early: casing, highway_casing_late: casing,
    bridges_other_casing: casing, bridges_minor_casing: casing, bridges_link_casing: casing, bridges_major_casing: casing, bridges_highway_casing: casing,
    roads_label_minor: of.mapLabel, roads_label_major: of.mapLabel, roads_label_minor_halo: of.mapLabelHalo, roads_label_major_halo: of.mapLabelHalo,
    subplace_label: of.mapLabel, subplace_label_halo: of.mapLabelHalo, city_label: of.mapLabel, city_label_halo: of.mapLabelHalo,
  };
};

/** What of the ready-made style needs a sprite file is left out: points of interest, shields, arrows. */
const needsSprite = new Set(['background', 'pois', 'roads_shields', 'roads_oneway']);

function city(name: string, source: string, scheme: Scheme, language: Language): LayerSpecification[] {
  return cityLayers(source, flavour(scheme, tokens[scheme]), { lang: language === 'zh-CN' ? 'zh-Hans' : 'en' })
    .filter((layer) => !needsSprite.has(layer.id))
    .map((layer) => {
      const ours = { ...layer, id: `${name}/${layer.id}`, minzoom: Math.max(layer.minzoom ?? 0, cityZoom - 0.5) };
      if (ours.type === 'symbol') {
        ours.layout = { ...ours.layout, 'text-font': mapFont(language) };
        delete ours.layout['icon-image'];
      }
      return ours;
    });
}

/** Lines without names: the demo's streets, wide where they are avenues. */
function streets(name: string, scheme: Scheme): LayerSpecification[] {
  const { mapRoad, roadCasing } = tokens[scheme];
  const width = (more: number): ExpressionSpecification => [
    'interpolate', ['exponential', 1.6], ['zoom'], 10, ['case', ['get', 'avenue'], 1.6 + more, 0.4], 18, ['case', ['get', 'avenue'], 26 + more, 16 + more],
  ];
  const line = (part: string, colour: string, more: number): LayerSpecification => ({
    id: `${name}/${part}`, type: 'line', source: name, minzoom: cityZoom, layout: { 'line-cap': 'round', 'line-join': 'round', 'line-sort-key': ['case', ['get', 'avenue'], 1, 0] },
    paint: { 'line-color': colour, 'line-width': width(more) },
  });
  return [line('casing', roadCasing, 2), line('road', mapRoad, 0)];
}

const absolute = (url: string) => new URL(url, window.location.href).href;

/** The customer's own tiles: a .pmtiles file, vector tiles in Protomaps' schema, or pictures. */
export function tileSource(url: string): SourceSpecification {
  if (/\.pmtiles($|\?)/.test(url)) return { type: 'vector', url: `pmtiles://${absolute(url)}` };
  if (/\.(mvt|pbf)($|\?)/.test(url)) return { type: 'vector', tiles: [url], maxzoom: 15 };
  return { type: 'raster', tiles: [url], tileSize: 256, maxzoom: 19 };
}

/** What the world's sources hold; nothing before it is there. */
export const worldData = (of: World | null, language: Language): Record<'land' | 'borders' | 'names', Feature | FeatureCollection> =>
  of ? { land: of.land, borders: of.borders, names: labels(of, language) } : { land: nothing, borders: nothing, names: nothing };

export function baseStyle(of: World | null, maps: BaseMaps, scheme: Scheme, language: Language): StyleSpecification {
  const colours = tokens[scheme];
  const font = mapFont(language);
  const data = worldData(of, language);
  const sources: Record<string, SourceSpecification> = {
    land: { type: 'geojson', data: data.land, tolerance: 0.3, maxzoom: 9, attribution: 'Natural Earth' },
    borders: { type: 'geojson', data: data.borders, tolerance: 0.3, maxzoom: 9 },
    names: { type: 'geojson', data: data.names, maxzoom: 9 },
  };
  const cityParts: LayerSpecification[] = [];
  const credit = '© OpenStreetMap contributors (ODbL), Protomaps';
  maps.items.forEach((map, index) => {
    const name = `city${index}`;
    if (map.url.endsWith('.geojson')) {
      sources[name] = { type: 'geojson', data: absolute(map.url), tolerance: 0.5 };
      cityParts.push(...streets(name, scheme));
      return;
    }
    sources[name] = {
      type: 'vector', url: `pmtiles://${absolute(map.url)}`, attribution: credit, ...(map.bounds && { bounds: map.bounds }),
    };
    cityParts.push(...city(name, name, scheme, language));
  });
  if (maps.tileSource) {
    const own = tileSource(maps.tileSource);
    sources.own = own;
    if (own.type === 'raster') cityParts.unshift({ id: 'own', type: 'raster', source: 'own' });
    else cityParts.unshift(...city('own', 'own', scheme, language));
  }
  const text = (id: string, kind: string, size: number, colour: string): LayerSpecification => ({
    id, type: 'symbol', source: 'names', maxzoom: cityZoom + 1.5,
    filter: ['all', ['==', ['get', 'kind'], kind], ['<=', ['get', 'from'], ['zoom']]],
    layout: { 'text-field': ['get', 'name'], 'text-font': font, 'text-size': size, 'text-max-width': 7, 'symbol-sort-key': ['get', 'order'], 'text-padding': 6 },
    paint: { 'text-color': colour, 'text-halo-color': colours.mapLabelHalo, 'text-halo-width': 1.2 },
  });
  return {
    version: 8,
    sources,
    layers: [
      { id: 'water', type: 'background', paint: { 'background-color': colours.mapWater } },
      { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': colours.mapLand, 'fill-antialias': true } },
      { id: 'border', type: 'line', source: 'borders', paint: { 'line-color': colours.mapBorder, 'line-width': ['interpolate', ['linear'], ['zoom'], 1, 0.5, 8, 1.2] } },
      ...cityParts,
      text('country', 'country', 12, colours.mapLabel),
      text('city', 'city', 11, colours.mapLabel),
    ],
  };
}
