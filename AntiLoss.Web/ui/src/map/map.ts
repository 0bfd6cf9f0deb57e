import 'maplibre-gl/dist/maplibre-gl.css';
import * as maplibre from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { Protocol } from 'pmtiles';
import type { Feature } from 'geojson';
import type { BaseMaps, Position } from '../api';
import type { Fleet, FleetChange } from '../fleet/fleet';
import type { Language } from '../i18n';
import type { Cluster } from '../live/frames';
import { tokens, type Scheme } from '../tokens';
import { baseStyle, cityZoom, fetchWorld, loadWorld, worldData, type World } from './baseStyle';
import { boxOf, circle, within, type Box, type Point } from './geo';
import { clusterMaxZoom, clusterProperties, emptyCollection, phoneLayers } from './layers';
import type { DrawnCluster, DrawnPhone, MapCamera, MapOptions, MapView } from './mapView';
import { PhoneSource, placeOf, placesOf } from './phoneSource';
import { sprite, spriteRatio } from './sprites';
import { isDrawn, trailFeatures } from './trail';

// The one place that draws the map, at most once a frame. It reads the fleet and changes nothing but pixels.

const pmtiles = new Protocol({ metadata: true });
maplibre.setWorkerUrl(workerUrl);
maplibre.prewarm();
maplibre.addProtocol('pmtiles', pmtiles.tile);
// On its way while the page still asks who is there; what fails is asked for again when the map wants it.
fetchWorld().catch(() => undefined);

const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
/** The world keeps the library's worker longer than all else: the phones go first, and so long they are waited for. In ms. */
const phonesFirst = 2_000;
const worldAgain = 5_000;
const chosenZoom = 15;
const wholeWorld = { center: [10, 25] as Point, zoom: 1.6 };

const asCell = (cell: Cluster): Feature => ({
  type: 'Feature', id: cell.key, geometry: { type: 'Point', coordinates: [cell.longitude, cell.latitude] },
  properties: { ...cell.states, point_count: cell.count, point_count_abbreviated: short.format(cell.count) },
});

export const openMap = (options: MapOptions): Promise<MapView> => Promise.resolve(new FleetMap(options));

class FleetMap implements MapView {
  readonly kind = 'webgl';
  private readonly map: maplibre.Map;
  private readonly fleet: Fleet;
  private readonly phones: PhoneSource;
  private readonly stopListening: () => void;
  private cellsChanged = true;
  private chosenChanged = true;
  private wayChanged = true;
  private frame = 0;
  private chosenId: string | null = null;
  private way: readonly Position[] = [];
  private history: readonly Position[] | null = null;
  private moment: Position | null = null;
  private scheme: Scheme;
  private language: Language;
  private maps: BaseMaps;
  private cityBoxes: Box[] = [];
  private placed: boolean;
  private world: World | null = null;
  private worldAsked = false;
  private gone = false;
  private worldTimer: ReturnType<typeof setTimeout>;

  constructor(private readonly options: MapOptions) {
    this.fleet = options.fleet;
    this.scheme = options.scheme;
    this.language = options.language;
    this.maps = options.maps;
    this.placed = options.camera !== null;
    this.phones = new PhoneSource(options.fleet, options.calm);
    this.map = new maplibre.Map({
      container: options.container,
      style: this.style(),
      center: options.camera?.centre ?? wholeWorld.center,
      zoom: options.camera?.zoom ?? wholeWorld.zoom,
      minZoom: 0.8,
      maxZoom: 19,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      fadeDuration: options.calm ? 0 : 150,
      locale: { 'Map.Title': options.label },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new maplibre.ScaleControl({ maxWidth: 96, unit: 'metric' }), 'bottom-left');
    this.map.addControl(new maplibre.AttributionControl({ compact: options.container.clientWidth < 720 }), 'bottom-right');
    this.listen();
    this.stopListening = this.fleet.subscribe((change) => this.take(change));
    this.worldTimer = setTimeout(() => this.drawWorld(), phonesFirst);
    void this.readBoxes();
  }

  private style(): maplibre.StyleSpecification {
    const style = baseStyle(this.world, this.maps, this.scheme, this.language);
    return {
      ...style,
      sources: {
        ...style.sources,
        phones: { type: 'geojson', data: emptyCollection, cluster: true, clusterMaxZoom, clusterRadius: 34, clusterMinPoints: 3, clusterProperties },
        cells: { type: 'geojson', data: emptyCollection },
        chosen: { type: 'geojson', data: emptyCollection },
        way: { type: 'geojson', data: emptyCollection, tolerance: 0.2 },
      },
      layers: [...style.layers, ...phoneLayers(tokens[this.scheme], this.language)],
    };
  }

  private listen() {
    const { map, options } = this;
    map.setMissingStyleImageResolver((id) => {
      const image = sprite(id, tokens[this.scheme]);
      if (image && !map.hasImage(id)) map.addImage(id, image, { pixelRatio: spriteRatio });
    });
    map.on('style.load', () => this.restart());
    // A city file without buildings, a tile that does not come: the rest is drawn. Unheard, each would be a line in the console.
    map.on('error', () => options.events.onIdle(false));
    map.on('moveend', () => this.tellMoved());
    map.on('sourcedata', () => this.drawWorldNext());
    map.on('idle', () => options.events.onIdle(true));
    map.on('dataloading', () => options.events.onIdle(false));
    map.on('movestart', () => options.events.onIdle(false));
    map.on('click', (event) => void this.click(event.point));
    map.on('mousemove', (event) => {
      map.getCanvas().style.cursor = this.hit(event.point).length > 0 ? 'pointer' : '';
    });
  }

  private hit({ x, y }: { x: number; y: number }) {
    if (!this.map.getLayer('phone')) return [];
    return this.map.queryRenderedFeatures([[x - 8, y - 8], [x + 8, y + 8]], { layers: ['phone', 'phones-cluster', 'cells-cluster'] });
  }

  private async click(point: { x: number; y: number }) {
    const [feature] = this.hit(point);
    if (!feature) {
      this.options.events.onChoose(null);
    } else if (typeof feature.properties.id === 'string') {
      this.options.events.onChoose(feature.properties.id);
    } else {
      const centre = (feature.geometry as GeoJSON.Point).coordinates as Point;
      const own = feature.source === 'phones' ? this.map.getSource<maplibre.GeoJSONSource>('phones') : undefined;
      const zoom = own ? await own.getClusterExpansionZoom(Number(feature.properties.cluster_id)) : this.map.getZoom() + 2;
      this.goTo(centre, Math.min(zoom + 0.5, 18));
    }
  }

  private take(change: FleetChange) {
    this.phones.take(change);
    if (change.clusters) this.cellsChanged = true;
    if (change.chosen || change.changed.some(({ id }) => id === this.chosenId)) this.chosenChanged = true;
    this.plan();
  }

  /** Everything is drawn again: another style has no data yet. */
  private restart() {
    this.phones.restart();
    this.cellsChanged = this.chosenChanged = this.wayChanged = true;
    this.plan();
  }

  private plan() {
    if (this.frame === 0) this.frame = requestAnimationFrame((now) => this.draw(now));
  }

  private draw(now: number) {
    this.frame = 0;
    const source = this.map.getSource<maplibre.GeoJSONSource>('phones');
    if (!source) return;
    const gliding = this.phones.draw(source, now);
    const chosen = this.chosenId === null ? undefined : this.fleet.byId(this.chosenId);
    if (chosen && gliding.has(chosen.handle)) this.chosenChanged = true;
    if (this.cellsChanged) this.drawCells();
    if (this.chosenChanged) this.drawChosen();
    if (this.wayChanged) this.drawWay();
    this.placeOnce();
    if (this.phones.moving) this.plan();
    this.drawWorldNext();
  }

  /** The world, once the phones in view are drawn. */
  private drawWorldNext() {
    if (!this.worldAsked && this.fleet.loaded && this.map.getSource('phones') && this.map.isSourceLoaded('phones')) this.drawWorld();
  }

  private drawWorld() {
    if (this.worldAsked) return;
    this.worldAsked = true;
    clearTimeout(this.worldTimer);
    loadWorld().then(
      (world) => {
        if (this.gone) return;
        this.world = world;
        for (const [name, data] of Object.entries(worldData(world, this.language))) void this.map.getSource<maplibre.GeoJSONSource>(name)?.setData(data);
      },
      () => {
        if (this.gone) return;
        this.worldAsked = false;
        this.worldTimer = setTimeout(() => this.drawWorld(), worldAgain);
      },
    );
  }

  private drawCells() {
    this.cellsChanged = false;
    const cells = this.fleet.clustered ? this.fleet.clusters : [];
    void this.map.getSource<maplibre.GeoJSONSource>('cells')?.setData({ type: 'FeatureCollection', features: cells.map(asCell) });
  }

  private drawChosen() {
    this.chosenChanged = false;
    // Its name before its neighbours': beside the ring another's would be read as its own.
    this.map.setLayoutProperty('phone-name', 'symbol-sort-key', ['case', ['==', ['get', 'id'], this.chosenId], -1, ['get', 'rank']]);
    const features: Feature[] = [];
    const phone = this.chosenId === null ? undefined : this.fleet.byId(this.chosenId);
    const full = this.fleet.chosen?.id === this.chosenId ? this.fleet.chosen : null;
    // Among clusters it is not here one by one.
    const latest = phone ? placeOf(phone) : full?.latest && ([full.latest.longitude, full.latest.latitude] satisfies Point);
    const at = (phone && this.phones.at(phone.handle)) ?? latest;
    if (at) features.push({ type: 'Feature', properties: { kind: 'place' }, geometry: { type: 'Point', coordinates: at } });
    const accuracy = this.moment ? this.moment.accuracy : full?.latest?.accuracy;
    const around: Point | null | undefined = this.moment ? [this.moment.longitude, this.moment.latitude] : at;
    if (around && accuracy) {
      features.push({ type: 'Feature', properties: { kind: 'accuracy' }, geometry: { type: 'Polygon', coordinates: [circle(around, accuracy)] } });
    }
    if (this.moment) {
      features.push({ type: 'Feature', properties: { kind: 'moment' }, geometry: { type: 'Point', coordinates: [this.moment.longitude, this.moment.latitude] } });
    }
    void this.map.getSource<maplibre.GeoJSONSource>('chosen')?.setData({ type: 'FeatureCollection', features });
  }

  private drawWay() {
    this.wayChanged = false;
    const features = this.history ? trailFeatures(this.history) : trailFeatures(this.way, this.fleet.now() - 3_600_000, this.fleet.now());
    void this.map.getSource<maplibre.GeoJSONSource>('way')?.setData({ type: 'FeatureCollection', features });
  }

  /** The first time that something is known, it is shown whole; after that only the viewer moves the map. */
  private placeOnce() {
    if (this.placed || !this.fleet.loaded) return;
    const zoom = this.map.getZoom();
    // Clusters of a wider view are on their way out.
    if (this.fleet.clustered && this.fleet.clusterLevel < 3 + Math.floor(zoom)) return;
    // Clusters are as coarse as the view is wide: closer and closer, until that brings no more.
    if (this.fitAll(false)) this.placed = !this.fleet.clustered || this.map.getZoom() < zoom + 0.5;
  }

  private fitAll(animate: boolean): boolean {
    return this.fitBox(boxOf(placesOf(this.fleet)), animate);
  }

  private fitBox(box: Box | null, animate: boolean): boolean {
    if (!box) return false;
    this.map.fitBounds([[box[0], box[1]], [box[2], box[3]]], { padding: 56, maxZoom: chosenZoom, animate: animate && !this.options.calm, duration: 600 });
    return true;
  }

  private tellMoved() {
    const { lng, lat } = this.map.getCenter();
    const bounds = this.map.getBounds();
    const zoom = this.map.getZoom();
    const whole = bounds.getEast() - bounds.getWest() >= 360;
    const wrap = (longitude: number) => ((((longitude + 180) % 360) + 360) % 360) - 180;
    this.options.events.onMoved({ centre: [lng, lat], zoom }, {
      west: whole ? -180 : wrap(bounds.getWest()), east: whole ? 180 : wrap(bounds.getEast()),
      south: Math.max(-90, bounds.getSouth()), north: Math.min(90, bounds.getNorth()), zoom,
    });
    this.options.events.onBlank(zoom > cityZoom + 0.5 && !this.maps.tileSource && !this.cityBoxes.some((box) => within(box, [lng, lat])));
  }

  private async readBoxes() {
    const boxes: Box[] = [];
    for (const { url, bounds } of this.maps.items) {
      if (bounds) boxes.push(bounds);
      else {
        try {
          const header = await pmtiles.tiles.get(new URL(url, window.location.href).href)?.getHeader();
          if (header) boxes.push([header.minLon, header.minLat, header.maxLon, header.maxLat]);
        } catch {
          // A file that cannot be read shows nothing; the settings page lists it.
        }
      }
    }
    this.cityBoxes = boxes;
    this.tellMoved();
  }

  choose(id: string | null) {
    this.chosenId = id;
    this.way = [];
    this.history = this.moment = null;
    this.chosenChanged = this.wayChanged = true;
    this.plan();
  }

  trail(positions: readonly Position[]) {
    this.way = positions;
    this.wayChanged = true;
    this.plan();
  }

  day(positions: readonly Position[] | null, at: Position | null) {
    const opened = positions !== null && positions !== this.history;
    this.history = positions;
    this.moment = at;
    this.chosenChanged = this.wayChanged = true;
    this.plan();
    if (opened) this.fitBox(boxOf(positions.filter(isDrawn).map((position): Point => [position.longitude, position.latitude])), true);
  }

  dress(scheme: Scheme, language: Language, maps: BaseMaps) {
    if (scheme === this.scheme && language === this.language && maps === this.maps) return;
    const other = maps !== this.maps;
    this.scheme = scheme;
    this.language = language;
    this.maps = maps;
    this.map.setStyle(this.style(), { diff: false });
    if (other) void this.readBoxes();
  }

  fit(id: string | null) {
    const phone = id === null ? undefined : this.fleet.byId(id);
    const place = phone && placeOf(phone);
    if (place) {
      this.goTo(place, Math.max(this.map.getZoom(), chosenZoom));
    } else if (this.fleet.wide) {
      // What is out of view is not here: from the whole world on.
      this.placed = false;
      this.map.jumpTo(wholeWorld);
    } else {
      this.fitAll(true);
    }
  }

  goTo(point: Point, zoom?: number) {
    this.placed = true;
    const to = { center: point, ...(zoom !== undefined && { zoom }) };
    if (!this.options.calm) this.map.easeTo({ ...to, duration: 500 });
    else this.map.jumpTo(to);
  }

  zoomBy(steps: number) {
    this.map.easeTo({ zoom: this.map.getZoom() + steps, duration: this.options.calm ? 0 : 250 });
  }

  pad(padding: { left: number; right: number; top: number; bottom: number }) {
    this.map.setPadding(padding);
  }

  drawn(): DrawnPhone[] {
    if (!this.map.getLayer('phone')) return [];
    const seen = new Map<string, DrawnPhone>();
    for (const feature of this.map.queryRenderedFeatures({ layers: ['phone'] })) {
      const { id, name, state } = feature.properties as { id: string; name: string; state: string };
      const [longitude = 0, latitude = 0] = (feature.geometry as GeoJSON.Point).coordinates;
      const { x, y } = this.map.project([longitude, latitude]);
      seen.set(id, { id, name, state, longitude, latitude, x, y });
    }
    return [...seen.values()];
  }

  drawnClusters(): DrawnCluster[] {
    if (!this.map.getLayer('cells-cluster')) return [];
    const seen = new Map<unknown, DrawnCluster>();
    for (const { id, properties, geometry } of this.map.queryRenderedFeatures({ layers: ['cells-cluster'] })) {
      const [longitude = 0, latitude = 0] = (geometry as GeoJSON.Point).coordinates;
      seen.set(id, { count: Number(properties.point_count), longitude, latitude });
    }
    return [...seen.values()];
  }

  camera(): MapCamera {
    const { lng, lat } = this.map.getCenter();
    return { centre: [lng, lat], zoom: this.map.getZoom() };
  }

  width(): number {
    return this.options.container.clientWidth;
  }

  destroy() {
    this.stopListening();
    this.gone = true;
    clearTimeout(this.worldTimer);
    cancelAnimationFrame(this.frame);
    this.map.remove();
  }
}
