import type { Point } from './geo';
import { distance } from './geo';

// Phones glide to where they were last seen, and stop there: what has not been reported is never drawn.

const glideFor = 900;
/** More at once are moved without a glide: eased, they would cost every frame. */
const glidesAtMost = 600;
/** Farther than this is a jump, and looks like one. */
const glidesUpTo = 3000;

interface Glide {
  readonly from: Point;
  readonly to: Point;
  readonly startedAt: number;
}

const ease = (share: number) => 1 - (1 - share) ** 3;

export class Motion {
  private readonly glides = new Map<number, Glide>();
  private readonly shown = new Map<number, Point>();
  /** Switched off where the viewer wants no movement. */
  enabled = true;

  get active() {
    return this.glides.size > 0;
  }

  /** Sends a phone to its newest place. */
  send(handle: number, to: Point, now: number) {
    const from = this.shown.get(handle);
    if (!this.enabled || !from || this.glides.size >= glidesAtMost || distance(from, to) > glidesUpTo) {
      this.glides.delete(handle);
      this.shown.set(handle, to);
    } else if (from[0] !== to[0] || from[1] !== to[1]) {
      this.glides.set(handle, { from, to, startedAt: now });
    }
  }

  forget(handle: number) {
    this.glides.delete(handle);
    this.shown.delete(handle);
  }

  clear() {
    this.glides.clear();
    this.shown.clear();
  }

  at(handle: number): Point | undefined {
    return this.shown.get(handle);
  }

  /** Moves everything that glides to where it is now; the handles that moved. */
  advance(now: number): number[] {
    const moved: number[] = [];
    for (const [handle, { from, to, startedAt }] of this.glides) {
      const share = Math.max(0, Math.min(1, (now - startedAt) / glideFor));
      const eased = ease(share);
      this.shown.set(handle, share === 1 ? to : [from[0] + (to[0] - from[0]) * eased, from[1] + (to[1] - from[1]) * eased]);
      if (share === 1) this.glides.delete(handle);
      moved.push(handle);
    }
    return moved;
  }
}
