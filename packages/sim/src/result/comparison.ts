import type { FigureUnit } from '../scenario/figures.ts';
import type { Result } from './result.ts';
import type { RunCounts } from './run-counts.ts';

/** What a comparison says of a figure. */
export type Change =
  | 'worse'
  | 'better'
  /** It differs, and neither is better. */
  | 'changed'
  | 'same'
  /** What was measured allows no answer; `why` says what is missing. */
  | 'cannot-tell'
  /** Only one of the two has it, or they were measured in another way. */
  | 'not-comparable';

/** One figure in both. */
export interface FigureComparison {
  /** As expectations name it: `steady.latency.p99`; also `passed`, the share of runs that pass. */
  readonly name: string;
  /** Of the values: microseconds, bytes, bytes a second, per second, share of 1, a count, or 0 and 1. */
  readonly unit: FigureUnit;
  readonly change: Change;
  /** The value, or the median of several runs; null: it was not taken. */
  readonly base: number | null;
  readonly new: number | null;
  /** Of several runs on real sockets; null where values are exact, or too few. */
  readonly effect: Effect | null;
  /** Why it cannot be told, or in which of several runs it is so, without an end; null: there is no more to say. */
  readonly why: string | null;
}

/**
 * How much larger the new values are: as a share of the base ones (0.1: a tenth more), or in the unit of the
 * figure where some are 0. The ends of the interval all hold together with the comparison's confidence.
 */
export interface Effect {
  readonly kind: 'share' | 'difference';
  readonly estimate: number;
  /** Where it truly lies: from here. */
  readonly low: number;
  /** To here. */
  readonly high: number;
}

/** One of the two that are compared. */
export interface Side {
  /** The file that it was read from, as given; null: the run was just done. */
  readonly file: string | null;
  readonly seeds: { readonly first: number; readonly last: number };
  readonly runs: RunCounts;
  /** Of a single virtual run; null otherwise. */
  readonly traceHash: string | null;
  readonly environment: Result['environment'];
}

/** What `sim diff` finds. */
export interface Comparison {
  readonly version: 1;
  readonly scenario: string;
  readonly runner: string;
  /** `exact`: every difference counts; `statistical`: those that chance hardly brings. */
  readonly method: 'exact' | 'statistical';
  /**
   * `worse` when any figure is; else `changed`, then `better`, when any is; `same` when all are; else
   * `cannot-tell`.
   */
  readonly change: Exclude<Change, 'not-comparable'>;
  readonly base: Side;
  readonly new: Side;
  /** That all intervals hold at once; null for an exact comparison. */
  readonly confidence: number | null;
  readonly figures: readonly FigureComparison[];
  /** Figures of single peers that differ and are not listed, of which there may be millions. */
  readonly omittedFigures: number;
  /** What bears on all figures, a sentence without its end each. */
  readonly notes: readonly string[];
}

/** How many figures came out how. */
export function countChanges(figures: readonly FigureComparison[]): Record<Change, number> {
  const counts: Record<Change, number> = {
    worse: 0,
    better: 0,
    changed: 0,
    same: 0,
    'cannot-tell': 0,
    'not-comparable': 0,
  };
  for (const { change } of figures) counts[change]++;
  return counts;
}

/** What the figures say together; see `Comparison.change`. */
export function overallChange(figures: readonly FigureComparison[]): Comparison['change'] {
  const counts = countChanges(figures);
  if (counts.worse > 0) return 'worse';
  if (counts.changed + counts['not-comparable'] > 0) return 'changed';
  if (counts.better > 0) return 'better';
  return counts['cannot-tell'] > 0 ? 'cannot-tell' : 'same';
}

/** Differences that close a gate. */
export type FailOn = 'worse' | 'changed';

/**
 * Whether a gate closes for such a change; null: it never does. What cannot be told fails nothing: a gate that
 * closes for want of knowledge is one that people learn to open.
 */
export function isGateFailedBy(change: Change, failOn: FailOn | null): boolean {
  if (failOn === null) return false;
  if (failOn === 'worse') return change === 'worse';
  return change === 'worse' || change === 'changed' || change === 'better';
}
