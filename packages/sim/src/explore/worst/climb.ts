/**
 * Climbs to a bad fault schedule. Every other scenario is a random one; the ones between change the worst so far
 * in one step, and go on from there when it is as bad. After many steps in vain the climb starts anew, from the worst
 * random one that it has not started from. So both halves cost the same, and the one says what the other is worth.
 */
import type { Document } from '../shrink/document.ts';

/** Steps in vain after which a climb starts anew. */
const MOST_IN_VAIN = 60;

/** Random ones that are remembered as places to start from. */
const MOST_STARTS = 20;

/** A scenario and its figure. */
export interface Height {
  readonly document: Document;
  readonly value: number;
}

/** Where scenarios come from, and how they are measured. */
export interface Terrain {
  random(run: number): Document;
  step(from: Document, run: number): Document;
  /** Null: it could not be taken. */
  valueOf(document: Document): number | null;
}

/** See the head of this file. */
export class Climb {
  readonly #terrain: Terrain;
  /** The worst random ones that no climb has started from, the worst first. */
  #starts: Height[] = [];
  #at: Height | null = null;
  #inVain = 0;
  #worstRandom: Height | null = null;
  #worst: Height | null = null;
  /** Of all random ones that could be measured. */
  readonly values: number[] = [];
  runs = 0;

  constructor(terrain: Terrain) {
    this.#terrain = terrain;
  }

  /** The worst of the random scenarios; null: none could be measured. */
  get worstRandom(): Height | null {
    return this.#worstRandom;
  }

  /** The worst of all. */
  get worst(): Height | null {
    return this.#worst;
  }

  /** Tries one more scenario. */
  go(): void {
    const run = this.runs++;
    if (run % 2 === 0 || (this.#at === null && !this.#startsAnew())) this.#tryRandom(run);
    else this.#tryStep(run);
  }

  #tryRandom(run: number): void {
    const height = this.#measured(this.#terrain.random(run));
    if (height === null) return;
    this.values.push(height.value);
    this.#worstRandom = worseOf(this.#worstRandom, height);
    this.#starts = [...this.#starts, height]
      .sort((a, b) => b.value - a.value)
      .slice(0, MOST_STARTS);
  }

  #tryStep(run: number): void {
    const at = this.#at!;
    const height = this.#measured(this.#terrain.step(at.document, run));
    if (height !== null && height.value >= at.value) this.#at = height;
    // On a plateau it may wander, and not for ever.
    this.#inVain = height !== null && height.value > at.value ? 0 : this.#inVain + 1;
    if (this.#inVain >= MOST_IN_VAIN) this.#at = null;
  }

  #startsAnew(): boolean {
    this.#at = this.#starts.shift() ?? null;
    this.#inVain = 0;
    return this.#at !== null;
  }

  #measured(document: Document): Height | null {
    const value = this.#terrain.valueOf(document);
    if (value === null) return null;
    const height = { document, value };
    this.#worst = worseOf(this.#worst, height);
    return height;
  }
}

/** The one with the larger value; the first of two that are alike. */
export function worseOf(one: Height | null, other: Height | null): Height | null {
  if (one === null || other === null) return one ?? other;
  return other.value > one.value ? other : one;
}
