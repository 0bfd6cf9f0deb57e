import { states, stateNames, type Shape, type StateName } from '../states';
import type { Tokens } from '../tokens';

// Every picture on the map is drawn here, on a canvas, in the colours of the scheme: no sprite file is loaded.

export const spriteRatio = 2;

const canvasOf = (size: number) => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size * spriteRatio;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('This browser has no 2D canvas.');
  context.scale(spriteRatio, spriteRatio);
  return context;
};

/** The mark of a state, as on the map so in the list. `radius` is that of the disc. */
export function drawShape(context: CanvasRenderingContext2D, shape: Shape, x: number, y: number, radius: number, colour: string, halo: string) {
  const path = new Path2D();
  if (shape === 'diamond') {
    const r = radius * 1.35;
    path.moveTo(x, y - r);
    path.lineTo(x + r, y);
    path.lineTo(x, y + r);
    path.lineTo(x - r, y);
    path.closePath();
  } else if (shape === 'triangle') {
    const r = radius * 1.3;
    path.moveTo(x, y - r);
    path.lineTo(x + r, y + r * 0.8);
    path.lineTo(x - r, y + r * 0.8);
    path.closePath();
  } else if (shape === 'cross') {
    const r = radius * 0.85;
    path.moveTo(x - r, y - r);
    path.lineTo(x + r, y + r);
    path.moveTo(x + r, y - r);
    path.lineTo(x - r, y + r);
  } else {
    path.arc(x, y, radius, 0, 2 * Math.PI);
  }
  const hollow = shape === 'ring' || shape === 'dashed' || shape === 'cross';
  context.lineJoin = 'round';
  context.lineCap = 'round';
  context.strokeStyle = halo;
  context.lineWidth = hollow ? radius * 0.75 : radius * 0.6;
  context.stroke(path);
  if (shape !== 'cross') {
    context.fillStyle = hollow ? halo : colour;
    context.fill(path);
  }
  if (!hollow) return;
  context.strokeStyle = colour;
  context.lineWidth = radius * 0.42;
  if (shape === 'dashed') context.setLineDash([radius * 0.8, radius * 0.5]);
  context.stroke(path);
  context.setLineDash([]);
}

function dot(state: StateName, of: Tokens): ImageData {
  const size = 24;
  const context = canvasOf(size);
  const style = states[state];
  // On the map a ring that is overdue is whole: dashes of 5 px are noise there.
  const shape = style.shape === 'dashed' && state === 'overdue' ? 'ring' : style.shape;
  drawShape(context, shape, size / 2, size / 2, 5, of[style.colour], of.halo);
  return context.getImageData(0, 0, context.canvas.width, context.canvas.height);
}

/** Points north; the map turns it to the phone's course. */
function wedge(state: StateName, of: Tokens): ImageData {
  const size = 32;
  const context = canvasOf(size);
  const centre = size / 2;
  context.beginPath();
  context.moveTo(centre, centre - 14);
  context.lineTo(centre + 6.5, centre - 3);
  context.lineTo(centre - 6.5, centre - 3);
  context.closePath();
  context.lineJoin = 'round';
  context.strokeStyle = of.halo;
  context.lineWidth = 2;
  context.stroke();
  context.fillStyle = of[states[state].colour];
  context.fill();
  return context.getImageData(0, 0, context.canvas.width, context.canvas.height);
}

export const ringSteps = 24;

/** `cluster/0-0-0-2-3-19-0-0/large`: a disc with a thin ring of the states' shares, in the order of the table. */
export function cluster(name: string, of: Tokens): ImageData | null {
  const [, sharesText = '', size] = name.split('/');
  const shares = sharesText.split('-').map(Number);
  if (shares.length !== stateNames.length || shares.some(Number.isNaN)) return null;
  const diameter = size === 'large' ? 48 : size === 'medium' ? 40 : 32;
  const context = canvasOf(diameter);
  const centre = diameter / 2;
  const radius = centre - 4;
  context.beginPath();
  context.arc(centre, centre, radius + 2.5, 0, 2 * Math.PI);
  context.fillStyle = of.panel;
  context.shadowColor = 'rgba(0,0,0,0.28)';
  context.shadowBlur = 2 * spriteRatio;
  context.fill();
  context.shadowColor = 'transparent';
  const sum = shares.reduce((total, share) => total + share, 0) || 1;
  let from = -Math.PI / 2;
  context.lineWidth = 3;
  stateNames.forEach((state, index) => {
    const share = shares[index] ?? 0;
    if (share === 0) return;
    const until = from + (share / sum) * 2 * Math.PI;
    context.beginPath();
    context.arc(centre, centre, radius, from, until);
    context.strokeStyle = of[states[state].colour];
    context.stroke();
    from = until;
  });
  const lost = stateNames.indexOf('lost');
  if ((shares[lost] ?? 0) > 0) drawShape(context, 'diamond', diameter - 7, 7, 4, of.lost, of.halo);
  return context.getImageData(0, 0, context.canvas.width, context.canvas.height);
}

/** A picture by its name, or null for a name that is not ours. */
export function sprite(name: string, of: Tokens): ImageData | null {
  const [kind, state = ''] = name.split('/');
  if (kind === 'cluster') return cluster(name, of);
  if (!(state in states)) return null;
  if (kind === 'dot') return dot(state as StateName, of);
  return kind === 'wedge' ? wedge(state as StateName, of) : null;
}
