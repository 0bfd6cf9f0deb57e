// The colours of the console, in one table: the style sheet, the component library and the map all take them from here.

export type Scheme = 'light' | 'dark';

const light = {
  ink: '#1b1d1f',
  ink2: '#5c6166',
  // One step darker than the mock's hint grey, which is too faint to be read as text.
  ink3: '#6a6f75',
  background: '#fbfbfa',
  panel: '#ffffff',
  sunken: '#f4f4f2',
  line: '#e6e6e2',
  control: '#8d9298',
  accent: '#1463d8',
  accentInk: '#ffffff',
  accentSoft: '#e8f0fc',
  lost: '#d3202f',
  suspected: '#b86a00',
  online: '#147a52',
  overdue: '#7c8b12',
  overdueInk: '#636f0c',
  offline: '#8d9298',
  esim: '#6b3fd4',
  wifi: '#2f7fb8',
  halo: '#ffffff',
  mapLand: '#f4f3f0',
  mapWater: '#cfdfe8',
  mapPark: '#e3ecdd',
  mapRoad: '#ffffff',
  roadCasing: '#e4e1db',
  mapBorder: '#c9c6bf',
  mapLabel: '#6a6c70',
  mapLabelHalo: '#fbfaf8',
};

const dark: typeof light = {
  ink: '#eceef0',
  ink2: '#a7adb3',
  ink3: '#8f969d',
  background: '#121416',
  panel: '#191c1f',
  sunken: '#121416',
  line: '#2b2f33',
  control: '#787f86',
  accent: '#6aa6ff',
  accentInk: '#0b1420',
  accentSoft: '#1c2a42',
  lost: '#ff6b72',
  suspected: '#f0a940',
  online: '#4cc796',
  overdue: '#c3cf5a',
  overdueInk: '#c3cf5a',
  offline: '#787f86',
  esim: '#b197ff',
  wifi: '#6cb8ea',
  halo: '#121416',
  mapLand: '#1b1f22',
  mapWater: '#101d28',
  mapPark: '#1d2622',
  mapRoad: '#2a2f33',
  roadCasing: '#202428',
  mapBorder: '#3b4147',
  mapLabel: '#8b939a',
  mapLabelHalo: '#16191c',
};

export type Tokens = typeof light;
export const tokens: Record<Scheme, Tokens> = { light, dark };

/** `mapLand` as the style sheet knows it: `--al-map-land`. */
export function cssVariables(of: Tokens): Record<string, string> {
  return Object.fromEntries(
    Object.entries(of).map(([name, value]) => [`--al-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, value]),
  );
}
