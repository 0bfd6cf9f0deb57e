import type { Feature } from 'geojson';
import type { Position } from '../api';
import { distance, type Point } from './geo';

// A way made of what was reported: solid where reports followed each other, dashed where there was silence.

/** Silence longer than this is a gap in the data, not a way that was driven. */
export const gapAfter = 5 * 60_000;

export const isDrawn = (position: Position) => position.flagged === null;

const pointOf = (position: Position): Point => [position.longitude, position.latitude];

/**
 * Segments between neighbours in time. `fade` runs from 0.08 at the oldest to 1 now, where `since` says what oldest is;
 * without it a way is drawn evenly.
 */
export function trailFeatures(positions: readonly Position[], fadeSince?: number, now = Date.now()): Feature[] {
  const drawn = positions.filter(isDrawn);
  const features: Feature[] = [];
  for (let index = 1; index < drawn.length; index++) {
    const before = drawn[index - 1];
    const after = drawn[index];
    if (!before || !after) continue;
    const at = Date.parse(after.time);
    const gap = at - Date.parse(before.time) > gapAfter;
    const fade = fadeSince === undefined ? 1 : Math.max(0.08, Math.min(1, (at - fadeSince) / (now - fadeSince)));
    features.push({
      type: 'Feature',
      geometry: { type: 'LineString', coordinates: [pointOf(before), pointOf(after)] },
      properties: { gap, fade: Math.round(fade * 100) / 100 },
    });
  }
  return features;
}

/** Metres along the way; gaps count by their straight line. */
export function travelled(positions: readonly Position[]): number {
  const drawn = positions.filter(isDrawn);
  let sum = 0;
  for (let index = 1; index < drawn.length; index++) {
    const before = drawn[index - 1];
    const after = drawn[index];
    if (before && after) sum += distance(pointOf(before), pointOf(after));
  }
  return sum;
}

/** The last position at or before a moment, by bisection; the first one before all. */
export function positionAt(positions: readonly Position[], at: number): Position | undefined {
  let low = 0;
  let high = positions.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (Date.parse(positions[middle]?.time ?? '') <= at) low = middle;
    else high = middle - 1;
  }
  return positions[low];
}
