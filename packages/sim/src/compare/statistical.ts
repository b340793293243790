/*
 * Comparing runs on real sockets, where no run is like another. Each figure has an interval for how far the
 * new values lie from the base ones, and all intervals together hold with `CONFIDENCE`. The more figures are
 * looked at, the wider each interval is (Bonferroni): otherwise one of a dozen would seem to differ in every
 * other comparison of equals.
 *
 *   worse, better    the interval holds no 0, and the estimate is a difference that matters
 *   same             all of the interval is too little to matter
 *   cannot tell      everything else: more runs, or a quieter machine, would tell
 */
import { figureNamed } from '../report/repeat-figures.ts';
import type { FigureUnit } from '../scenario/figures.ts';
import { medianOf } from '../stats/median-interval.ts';
import { shiftBetween } from '../stats/shift-interval.ts';
import type { Effect, FigureComparison } from '../result/comparison.ts';
import { changeBy, directionOf } from './direction.ts';
import { ERROR_OF_PASSED } from './passed.ts';

/**
 * That all intervals of a comparison hold: of a hundred comparisons of equals two at most call anything worse,
 * and two better.
 */
export const CONFIDENCE = 0.96;

/** Differences from here on matter. */
export const LEAST_SHARE = 0.05;

/** The same for shares such as that of correct answers, as they are: from 99% to 98.5%. */
const LEAST_OF_SHARES = 0.005;

/** How closely samples are looked at. */
export interface SampleOptions {
  /** Of one interval alone. */
  readonly confidence: number;
}

/** The confidence of each of so many intervals that are all to hold, beside the share of runs that pass. */
export function confidenceOfEach(figures: number): number {
  return 1 - (1 - CONFIDENCE - ERROR_OF_PASSED) / Math.max(1, figures);
}

/** Compares the values of one figure in several runs of each. */
export function compareSamples(
  name: string,
  base: readonly number[],
  other: readonly number[],
  { confidence }: SampleOptions,
): FigureComparison {
  const figure = figureNamed(name);
  const shown = { name, unit: figure.unit, base: middle(base), new: middle(other) };
  if (base.length === 0 || other.length === 0) {
    const side = base.length === 0 ? 'new' : 'base';
    return {
      ...shown,
      change: 'not-comparable',
      effect: null,
      why: `measured in ${side} runs only`,
    };
  }
  const effect = effectBetween(figure.unit, base, other, confidence);
  if (effect === null) {
    const why = 'too few runs; take --repeat 10, on a quiet machine';
    return { ...shown, change: 'cannot-tell', effect, why };
  }
  const decided = decide(figure.name, figure.unit, effect, middle(base)!);
  if (decided.change !== 'cannot-tell' || decided.why !== null)
    return { ...shown, effect, ...decided };
  const why = `${base.length} and ${other.length} runs; more, or a quieter machine, would tell`;
  return { ...shown, effect, change: 'cannot-tell', why };
}

function decide(
  figure: string,
  unit: FigureUnit,
  effect: Effect,
  base: number,
): Pick<FigureComparison, 'change' | 'why'> {
  const least = leastOf(unit, effect, base);
  const isClear = effect.low > 0 || effect.high < 0;
  if (isClear && Math.abs(effect.estimate) >= least) {
    return { change: changeBy(directionOf(figure), effect.estimate), why: null };
  }
  if (effect.low >= -least && effect.high <= least) return { change: 'same', why: null };
  return { change: 'cannot-tell', why: isClear ? 'it differs, but by little' : null };
}

/** The difference that matters, in the measure of the effect. */
function leastOf(unit: FigureUnit, { kind }: Effect, base: number): number {
  if (kind === 'share') return LEAST_SHARE;
  return unit === 'share' ? LEAST_OF_SHARES : LEAST_SHARE * Math.abs(base);
}

function effectBetween(
  unit: FigureUnit,
  base: readonly number[],
  other: readonly number[],
  confidence: number,
): Effect | null {
  const isRelative = unit !== 'share' && [...base, ...other].every((value) => value > 0);
  if (!isRelative) {
    const shift = shiftBetween(base, other, confidence);
    return shift && { kind: 'difference', ...shift };
  }
  // Differences of logarithms are those of factors.
  const shift = shiftBetween(base.map(Math.log), other.map(Math.log), confidence);
  if (shift === null) return null;
  const [estimate, low, high] = [shift.estimate, shift.low, shift.high].map(Math.expm1);
  return { kind: 'share', estimate: estimate!, low: low!, high: high! };
}

function middle(values: readonly number[]): number | null {
  return values.length === 0 ? null : medianOf(values.toSorted((a, b) => a - b));
}
