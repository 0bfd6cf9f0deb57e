import type { BaseMaps, Position } from '../api';
import type { Fleet } from '../fleet/fleet';
import type { Language } from '../i18n';
import type { Viewport } from '../live/live';
import type { Scheme } from '../tokens';
import type { Point } from './geo';

// What the rest of the console asks of a map, whichever way it is drawn.

export interface MapCamera {
  readonly centre: Point;
  readonly zoom: number;
}

export interface MapEvents {
  /** The viewer clicked a phone, or the empty map. */
  onChoose(id: string | null): void;
  /** The viewer or the page moved the map; called when it rests. */
  onMoved(camera: MapCamera, viewport: Viewport): void;
  /** Nothing is left to be drawn (true), or something is (false). */
  onIdle(idle: boolean): void;
  /** The middle of the map has, or has no, streets to show at this zoom. */
  onBlank(blank: boolean): void;
}

export interface MapOptions {
  readonly container: HTMLElement;
  readonly fleet: Fleet;
  readonly camera: MapCamera | null;
  readonly scheme: Scheme;
  readonly language: Language;
  readonly maps: BaseMaps;
  readonly calm: boolean;
  readonly label: string;
  readonly events: MapEvents;
}

/** A phone as drawn, for browser tests: what is on the screen, not what should be. */
export interface DrawnPhone {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly longitude: number;
  readonly latitude: number;
  readonly x: number;
  readonly y: number;
}

/** Phones gathered into one mark, as drawn, for browser tests. */
export interface DrawnCluster {
  readonly count: number;
  readonly longitude: number;
  readonly latitude: number;
}

export interface MapView {
  readonly kind: 'webgl' | 'plain';
  choose(id: string | null): void;
  /** The way of the chosen phone in the last hour. */
  trail(positions: readonly Position[]): void;
  /** A whole day of the chosen phone, and the moment that is looked at; null leaves the history. */
  day(positions: readonly Position[] | null, at: Position | null): void;
  dress(scheme: Scheme, language: Language, maps: BaseMaps): void;
  fit(id: string | null): void;
  goTo(point: Point, zoom?: number): void;
  zoomBy(steps: number): void;
  /** Room that panels cover, so that what is shown is shown beside them. */
  pad(padding: { left: number; right: number; top: number; bottom: number }): void;
  drawn(): DrawnPhone[];
  /** The clusters that the server made. */
  drawnClusters(): DrawnCluster[];
  camera(): MapCamera;
  /** In CSS pixels. */
  width(): number;
  destroy(): void;
}
