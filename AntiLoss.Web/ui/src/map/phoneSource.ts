import type { Feature } from 'geojson';
import type { GeoJSONFeatureDiff, GeoJSONSource } from 'maplibre-gl';
import type { Fleet, FleetChange, Phone } from '../fleet/fleet';
import { states } from '../states';
import type { Point } from './geo';
import { Motion } from './motion';

// The phones one by one, as the map's source has them: everything after a reset, after that only what changed or glides.

export const placeOf = (phone: Phone): Point | null => phone.place && [phone.place.longitude / 1e6, phone.place.latitude / 1e6];

/** Where phones are: one by one, or the corners of what their clusters stand for, a cell's width around each. */
export const placesOf = (fleet: Fleet): Point[] => {
  if (!fleet.clustered) return [...fleet.all()].map(placeOf).filter((place) => place !== null);
  const half = 180 / 2 ** fleet.clusterLevel;
  return fleet.clusters.flatMap(({ longitude, latitude }): Point[] => [[longitude - half, Math.max(-85, latitude - half)], [longitude + half, Math.min(85, latitude + half)]]);
};

const properties = (phone: Phone) => ({
  id: phone.id,
  name: phone.name,
  state: phone.state,
  rank: states[phone.state].rank,
  moving: phone.moving,
  heading: phone.heading ?? -1,
});

const asFeature = (phone: Phone, at: Point): Feature => ({
  type: 'Feature', id: phone.handle, geometry: { type: 'Point', coordinates: at }, properties: properties(phone),
});

export class PhoneSource {
  private readonly motion = new Motion();
  private readonly drawn = new Set<number>();
  private readonly pending = new Set<number>();
  private redraw = true;

  constructor(private readonly fleet: Fleet, calm: boolean) {
    this.motion.enabled = !calm;
  }

  /** Something glides: another frame is needed. */
  get moving() {
    return this.motion.active;
  }

  /** Where a phone is drawn just now, on its way to where it is. */
  at(handle: number): Point | undefined {
    return this.motion.at(handle);
  }

  take(change: FleetChange) {
    if (change.reset) this.redraw = true;
    for (const phone of change.changed) this.pending.add(phone.handle);
    for (const phone of change.gone) this.pending.add(phone.handle);
  }

  /** The source has lost its data: another style has been set. */
  restart() {
    this.redraw = true;
  }

  /** Brings the source to this moment; the handles that glide. */
  draw(source: GeoJSONSource, now: number): ReadonlySet<number> {
    if (!this.redraw) return this.drawChanges(source, now);
    this.drawAll(source, now);
    return new Set();
  }

  private drawAll(source: GeoJSONSource, now: number) {
    this.redraw = false;
    this.pending.clear();
    this.drawn.clear();
    this.motion.clear();
    const features: Feature[] = [];
    for (const phone of this.fleet.all()) {
      const place = placeOf(phone);
      if (!place) continue;
      this.motion.send(phone.handle, place, now);
      this.drawn.add(phone.handle);
      features.push(asFeature(phone, place));
    }
    void source.setData({ type: 'FeatureCollection', features });
  }

  private drawChanges(source: GeoJSONSource, now: number): ReadonlySet<number> {
    const add: Feature[] = [];
    const remove: number[] = [];
    const update: GeoJSONFeatureDiff[] = [];
    const gliding = new Set(this.motion.advance(now));
    const unsaid = new Set(gliding);
    for (const handle of this.pending) {
      const phone = this.fleet.byHandle(handle);
      const place = phone && placeOf(phone);
      if (!phone || !place) {
        if (this.drawn.delete(handle)) remove.push(handle);
        this.motion.forget(handle);
        continue;
      }
      this.motion.send(handle, place, now);
      if (this.drawn.has(handle)) {
        update.push({
          id: handle,
          newGeometry: { type: 'Point', coordinates: this.motion.at(handle) ?? place },
          addOrUpdateProperties: Object.entries(properties(phone)).map(([key, value]) => ({ key, value })),
        });
        unsaid.delete(handle);
      } else {
        this.drawn.add(handle);
        add.push(asFeature(phone, place));
      }
    }
    for (const handle of unsaid) {
      const at = this.motion.at(handle);
      if (at && this.drawn.has(handle)) update.push({ id: handle, newGeometry: { type: 'Point', coordinates: at } });
    }
    this.pending.clear();
    if (add.length + remove.length + update.length > 0) void source.updateData({ add, remove, update });
    return gliding;
  }
}
