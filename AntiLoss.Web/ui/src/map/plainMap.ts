import type { Position } from '../api';
import { states } from '../states';
import { tokens, type Scheme } from '../tokens';
import { loadWorld, type World } from './baseStyle';
import { boxOf, mercator, unmercator, type Point } from './geo';
import type { DrawnCluster, DrawnPhone, MapCamera, MapOptions, MapView } from './mapView';
import { placeOf, placesOf } from './phoneSource';
import { drawShape } from './sprites';
import { gapAfter, isDrawn } from './trail';

// Without WebGL: countries and phones on a plain canvas. It can be dragged, zoomed and clicked, and no more.

export async function openPlainMap(options: MapOptions): Promise<MapView> {
  return new PlainMap(options, await loadWorld());
}

class PlainMap implements MapView {
  readonly kind = 'plain';
  private readonly canvas = document.createElement('canvas');
  private readonly stop: (() => void)[] = [];
  private rings: [number, number][][] = [];
  private centre: [number, number];
  private zoom: number;
  private scheme: Scheme;
  private chosenId: string | null = null;
  private way: readonly Position[] = [];
  private history: readonly Position[] | null = null;
  private moment: Position | null = null;
  private frame = 0;
  private placed: boolean;
  private shown: DrawnPhone[] = [];
  private shownClusters: DrawnCluster[] = [];
  private padding = { left: 0, right: 0, top: 0, bottom: 0 };

  constructor(private readonly options: MapOptions, world: World) {
    this.scheme = options.scheme;
    this.centre = mercator(options.camera?.centre ?? [10, 25]);
    this.zoom = options.camera?.zoom ?? 1.6;
    this.placed = options.camera !== null;
    for (const { geometry } of world.land.features) {
      const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.type === 'MultiPolygon' ? geometry.coordinates : [];
      for (const polygon of polygons) for (const ring of polygon) this.rings.push(ring.map((point) => mercator(point as Point)));
    }
    this.canvas.className = 'plain-map';
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute('role', 'img');
    this.canvas.setAttribute('aria-label', options.label);
    options.container.append(this.canvas);
    this.listen();
    this.plan();
  }

  private get scale() {
    return 512 * 2 ** this.zoom;
  }

  /** Where the centre is drawn: the middle of what panels leave free. */
  private get middle(): [number, number] {
    const { left, right, top, bottom } = this.padding;
    const { clientWidth: width, clientHeight: height } = this.options.container;
    return [(width + left - right) / 2, (height + top - bottom) / 2];
  }

  private listen() {
    const { canvas } = this;
    const size = new ResizeObserver(() => this.plan());
    size.observe(this.options.container);
    this.stop.push(() => size.disconnect(), this.options.fleet.subscribe(() => this.plan()));
    let from: { x: number; y: number; centre: [number, number] } | null = null;
    canvas.addEventListener('pointerdown', (event) => {
      from = { x: event.offsetX, y: event.offsetY, centre: this.centre };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (from) this.moveTo([from.centre[0] - (event.offsetX - from.x) / this.scale, from.centre[1] - (event.offsetY - from.y) / this.scale], this.zoom);
    });
    canvas.addEventListener('pointerup', (event) => {
      if (from && Math.hypot(event.offsetX - from.x, event.offsetY - from.y) < 4) this.click(event.offsetX, event.offsetY);
      from = null;
    });
    canvas.addEventListener('wheel', (event) => {
      event.preventDefault();
      this.moveTo(this.centre, this.zoom - event.deltaY / 300);
    }, { passive: false });
    canvas.addEventListener('keydown', (event) => {
      const step = 80 / this.scale;
      const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
      if (by) this.moveTo([this.centre[0] + (by[0] ?? 0), this.centre[1] + (by[1] ?? 0)], this.zoom);
      else if (event.key === '+' || event.key === '-') this.zoomBy(event.key === '+' ? 1 : -1);
    });
  }

  private click(x: number, y: number) {
    const near = this.shown
      .map((phone) => ({ phone, away: Math.hypot(phone.x - x, phone.y - y) }))
      .filter(({ away }) => away < 14)
      .sort((a, b) => a.away - b.away)[0];
    this.options.events.onChoose(near?.phone.id ?? null);
  }

  private moveTo(centre: [number, number], zoom: number) {
    this.placed = true;
    this.zoom = Math.max(0.5, Math.min(18, zoom));
    this.centre = [((centre[0] % 1) + 1) % 1, Math.max(0, Math.min(1, centre[1]))];
    const [x, y] = this.middle;
    const { clientWidth: width, clientHeight: height } = this.options.container;
    const corner = (right: number, down: number) => unmercator(this.centre[0] + right / this.scale, Math.max(0, Math.min(1, this.centre[1] + down / this.scale)));
    const [west, north] = corner(-x, -y);
    const [east, south] = corner(width - x, height - y);
    const whole = east - west >= 360;
    this.options.events.onMoved(this.camera(), { west: whole ? -180 : Math.max(-180, west), east: whole ? 180 : Math.min(180, east), south, north, zoom: this.zoom });
    this.plan();
  }

  private plan() {
    this.options.events.onIdle(false);
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.draw());
  }

  private project(point: Point): [number, number] {
    const [x, y] = mercator(point);
    const [middleX, middleY] = this.middle;
    return [middleX + (x - this.centre[0]) * this.scale, middleY + (y - this.centre[1]) * this.scale];
  }

  private draw() {
    this.frame = 0;
    if (!this.placed && this.options.fleet.loaded) this.fit(null);
    const { clientWidth: width, clientHeight: height } = this.options.container;
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    const context = this.canvas.getContext('2d');
    if (!context) return;
    const of = tokens[this.scheme];
    context.scale(ratio, ratio);
    context.fillStyle = of.mapWater;
    context.fillRect(0, 0, width, height);
    this.drawLand(context);
    this.drawWay(context);
    this.drawPhones(context, width, height);
    this.options.events.onIdle(true);
  }

  private drawLand(context: CanvasRenderingContext2D) {
    const of = tokens[this.scheme];
    const [middleX, middleY] = this.middle;
    context.beginPath();
    for (const ring of this.rings) {
      ring.forEach(([x, y], index) => {
        const px = middleX + (x - this.centre[0]) * this.scale;
        const py = middleY + (y - this.centre[1]) * this.scale;
        if (index === 0) context.moveTo(px, py);
        else context.lineTo(px, py);
      });
      context.closePath();
    }
    context.fillStyle = of.mapLand;
    context.fill('evenodd');
    context.strokeStyle = of.mapBorder;
    context.lineWidth = 0.75;
    context.stroke();
  }

  private drawWay(context: CanvasRenderingContext2D) {
    const positions = (this.history ?? this.way).filter(isDrawn);
    const of = tokens[this.scheme];
    context.strokeStyle = of.accent;
    context.lineWidth = 3;
    for (let index = 1; index < positions.length; index++) {
      const before = positions[index - 1];
      const after = positions[index];
      if (!before || !after) continue;
      context.setLineDash(Date.parse(after.time) - Date.parse(before.time) > gapAfter ? [4, 6] : []);
      context.beginPath();
      context.moveTo(...this.project([before.longitude, before.latitude]));
      context.lineTo(...this.project([after.longitude, after.latitude]));
      context.stroke();
    }
    context.setLineDash([]);
    if (this.moment) drawShape(context, 'disc', ...this.project([this.moment.longitude, this.moment.latitude]), 6, of.accent, of.halo);
  }

  private drawPhones(context: CanvasRenderingContext2D, width: number, height: number) {
    const of = tokens[this.scheme];
    this.shown = [];
    for (const phone of this.options.fleet.all()) {
      if (!phone.place) continue;
      const longitude = phone.place.longitude / 1e6;
      const latitude = phone.place.latitude / 1e6;
      const [x, y] = this.project([longitude, latitude]);
      if (x < 0 || y < 0 || x > width || y > height) continue;
      const style = states[phone.state];
      if (phone.id === this.chosenId) drawShape(context, 'disc', x, y, 10, of.accentSoft, of.accent);
      drawShape(context, style.shape, x, y, 5, of[style.colour], of.halo);
      this.shown.push({ id: phone.id, name: phone.name, state: phone.state, longitude, latitude, x, y });
    }
    this.shownClusters = [];
    for (const cell of this.options.fleet.clustered ? this.options.fleet.clusters : []) {
      const [x, y] = this.project([cell.longitude, cell.latitude]);
      drawShape(context, 'disc', x, y, 14, of.panel, of.online);
      context.fillStyle = of.ink;
      context.textAlign = 'center';
      context.fillText(String(cell.count), x, y + 4);
      this.shownClusters.push({ count: cell.count, longitude: cell.longitude, latitude: cell.latitude });
    }
  }

  choose(id: string | null) {
    this.chosenId = id;
    this.way = [];
    this.history = this.moment = null;
    this.plan();
  }

  trail(positions: readonly Position[]) {
    this.way = positions;
    this.plan();
  }

  day(positions: readonly Position[] | null, at: Position | null) {
    this.history = positions;
    this.moment = at;
    this.plan();
  }

  dress(scheme: Scheme) {
    this.scheme = scheme;
    this.plan();
  }

  fit(id: string | null) {
    const phone = id === null ? undefined : this.options.fleet.byId(id);
    const place = phone && placeOf(phone);
    const box = boxOf(place ? [place] : placesOf(this.options.fleet));
    if (!box) return;
    const [west, north] = mercator([box[0], box[3]]);
    const [east, south] = mercator([box[2], box[1]]);
    const { left, right, top, bottom } = this.padding;
    const { clientWidth: width, clientHeight: height } = this.options.container;
    const room = Math.min((width - left - right) / Math.max(1e-9, east - west), (height - top - bottom) / Math.max(1e-9, south - north)) * 0.8;
    this.moveTo([(west + east) / 2, (north + south) / 2], Math.min(15, Math.log2(room / 512)));
  }

  goTo(point: Point, zoom?: number) {
    this.moveTo(mercator(point), zoom ?? this.zoom);
  }

  zoomBy(steps: number) {
    this.moveTo(this.centre, this.zoom + steps);
  }

  pad(padding: PlainMap['padding']) {
    this.padding = padding;
    if (this.placed) this.moveTo(this.centre, this.zoom);
  }

  drawn(): DrawnPhone[] {
    return this.shown;
  }

  drawnClusters(): DrawnCluster[] {
    return this.shownClusters;
  }

  camera(): MapCamera {
    return { centre: unmercator(...this.centre), zoom: this.zoom };
  }

  width(): number {
    return this.options.container.clientWidth;
  }

  destroy() {
    for (const call of this.stop) call();
    cancelAnimationFrame(this.frame);
    this.canvas.remove();
  }
}
