import { drawScenario } from './draw/scenario.ts';
import type { Document } from './shrink/document.ts';
import { MOST_EVENTS } from './trial.ts';
import { varyScenario } from './vary.ts';

/** Where the scenarios come from that are explored; can be sent to a thread. */
export interface Origin {
  /** The cells of a given scenario, which are varied in turn; none: scenarios are drawn from nothing. */
  readonly given: readonly Document[];
  /** Events after which a run is given up. */
  readonly mostEvents: number;
}

/** Small scenarios out of nothing. */
export const NOTHING_GIVEN: Origin = { given: [], mostEvents: MOST_EVENTS };

/** The scenario of a seed. */
export function documentOf({ given }: Origin, seed: number): Document {
  const base = given[seed % given.length];
  return base === undefined ? drawScenario(seed) : varyScenario(base, seed);
}
