// Small geography for drawing: circles, distances, boxes. Degrees in, degrees out, GeoJSON order [longitude, latitude].

export type Point = [longitude: number, latitude: number];
export type Box = [west: number, south: number, east: number, north: number];

const earthRadius = 6_371_008.8;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Metres between two points on a sphere. */
export function distance(a: Point, b: Point): number {
  const dLatitude = radians(b[1] - a[1]) / 2;
  const dLongitude = radians(b[0] - a[0]) / 2;
  const h = Math.sin(dLatitude) ** 2 + Math.cos(radians(a[1])) * Math.cos(radians(b[1])) * Math.sin(dLongitude) ** 2;
  return 2 * earthRadius * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** A circle of so many metres as a closed ring. */
export function circle(centre: Point, metres: number, steps = 64): Point[] {
  const latitude = radians(centre[1]);
  const angle = metres / earthRadius;
  const ring: Point[] = [];
  for (let step = 0; step <= steps; step++) {
    const bearing = (2 * Math.PI * step) / steps;
    const y = Math.asin(Math.sin(latitude) * Math.cos(angle) + Math.cos(latitude) * Math.sin(angle) * Math.cos(bearing));
    const x = Math.atan2(Math.sin(bearing) * Math.sin(angle) * Math.cos(latitude), Math.cos(angle) - Math.sin(latitude) * Math.sin(y));
    ring.push([centre[0] + (x * 180) / Math.PI, (y * 180) / Math.PI]);
  }
  return ring;
}

/** The smallest box around all points, or null for none. Across the antimeridian where that is smaller. */
export function boxOf(points: Iterable<Point>): Box | null {
  let south = Infinity;
  let north = -Infinity;
  const longitudes: number[] = [];
  for (const [longitude, latitude] of points) {
    south = Math.min(south, latitude);
    north = Math.max(north, latitude);
    longitudes.push(longitude);
  }
  if (longitudes.length === 0) return null;
  longitudes.sort((a, b) => a - b);
  const [first = 0] = longitudes;
  const last = longitudes.at(-1) ?? 0;
  let widest = first + 360 - last;
  let box: Box = [first, south, last, north];
  for (let index = 1; index < longitudes.length; index++) {
    const east = longitudes[index - 1] ?? 0;
    const west = longitudes[index] ?? 0;
    if (west - east > widest) {
      widest = west - east;
      box = [west, south, east + 360, north];
    }
  }
  return box;
}

export const within = (box: Box, [longitude, latitude]: Point) =>
  longitude >= box[0] && longitude <= box[2] && latitude >= box[1] && latitude <= box[3];

/** Area and centre of a ring, in square degrees: good enough to place a country's name on its largest part. */
export function centroid(ring: readonly (readonly number[])[]): { area: number; centre: Point } {
  let area = 0;
  let x = 0;
  let y = 0;
  for (let index = 0; index < ring.length - 1; index++) {
    const [x0 = 0, y0 = 0] = ring[index] ?? [];
    const [x1 = 0, y1 = 0] = ring[index + 1] ?? [];
    const cross = x0 * y1 - x1 * y0;
    area += cross;
    x += (x0 + x1) * cross;
    y += (y0 + y1) * cross;
  }
  return { area: Math.abs(area / 2), centre: area === 0 ? [0, 0] : [x / (3 * area), y / (3 * area)] };
}

/** Web Mercator, 0 to 1 from the north-west corner. */
export const mercator = ([longitude, latitude]: Point): [number, number] => {
  const sine = Math.sin(radians(Math.max(-85.0511, Math.min(85.0511, latitude))));
  return [(longitude + 180) / 360, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
};

export const unmercator = (x: number, y: number): Point => [x * 360 - 180, (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI];

/**
 * A ring without the leap at the antimeridian: it runs on beyond 180°, where the map shows it once more on the other
 * side. One that goes around a pole (Antarctica) is closed along it.
 */
export function unwrapped(ring: readonly (readonly number[])[]): Point[] {
  const result: Point[] = [];
  let turn = 0;
  let before: number | null = null;
  for (const [longitude = 0, latitude = 0] of ring) {
    if (before !== null && Math.abs(longitude - before) > 180) turn += longitude < before ? 360 : -360;
    before = longitude;
    result.push([longitude + turn, latitude]);
  }
  const first = result[0];
  const last = result.at(-1);
  if (turn !== 0 && first && last) {
    const pole = last[1] < 0 ? -89.9 : 89.9;
    result.push([last[0], pole], [first[0], pole], first);
  }
  return result;
}
