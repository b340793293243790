/** What of a run was not as expected: a sentence for people, and what may have caused such a thing. */
import type { ExpectationResult, PhaseResult } from '../result/result.ts';
import { quantifierOf } from '../scenario/figure-ref.ts';
import { findFigure } from '../scenario/figures.ts';
import type { Expectation, Phase } from '../scenario/scenario.ts';
import type { LagFigure, Miss } from './harness-bounds.ts';

/** A miss with its sentence, which has no full stop. */
export type ToldMiss = Miss & { readonly text: string };

/** Figures with which a scenario says itself how many requests may fail. */
export const FAILURE_FIGURES: ReadonlySet<string> = new Set([
  'requests.success',
  'requests.correct',
  'requests.failed',
]);

/**
 * Counts that grow where answers take long: more faults come before an answer, and more requests are under way
 * when one comes.
 */
const OVERTAKEN_FIGURES: ReadonlySet<string> = new Set(['requests.excused', 'attempts.failed']);

/** Times that run from the start of the run: what came to be after them has caused none of them. */
const FROM_THE_START = /^discovery\.time/;

/** So many peers that left something behind are told one by one. */
const MOST_LEFT_BEHIND = 5;

/** An expectation that does not hold; `startsUs` are the moments at which the phases began. */
export function expectationMiss(
  expectation: Expectation,
  { bound, measured, shown }: ExpectationResult,
  phases: readonly Phase[],
  startsUs: readonly number[],
): ToldMiss {
  const { figure } = expectation;
  const found = measured === null ? 'which could not be measured' : `measured ${shown}`;
  const text = `expected ${expectation.text}, ${found}`;
  const { unit, scope, needsRequests } = findFigure(figure)!;
  const measuredIn = phasesOf(expectation.phase, scope === 'run', phases);
  if (OVERTAKEN_FIGURES.has(figure)) return { kind: 'overtaken', phases: measuredIn, text };
  if (FAILURE_FIGURES.has(figure)) return { kind: 'answers', phases: measuredIn, text };
  if (unit === 'rate' || unit === 'bytesPerSecond') {
    const lostShare = bound === null ? 1 : 1 - (measured ?? 0) / bound;
    return { kind: 'rate', phases: measuredIn, lostShare, text };
  }
  if (unit !== 'time') return peersMiss(text);
  const time = { phases: measuredIn, boundUs: bound, measuredUs: measured, text };
  if (!needsRequests) {
    const isAwaited = (number: number): boolean =>
      !FROM_THE_START.test(figure) || measured === null || startsUs[number]! <= measured;
    return { kind: 'progress', ...time, phases: measuredIn.filter(isAwaited) };
  }
  return { kind: 'latency', ...time, lag: lagFigureOf(figure) };
}

/** A phase that did not come to its end. */
export function phaseMiss(
  { name, until, withinUs }: Phase,
  number: number,
  { reachedPairs, pairs }: { readonly reachedPairs: number; readonly pairs: number },
): ToldMiss {
  if (until === null) return peersMiss(`phase ${name} was cut short`);
  const reached = `${reachedPairs} of ${pairs} pairs of peers reached`;
  const text = `phase ${name} did not come to its end within ${withinUs / 1e6} s: ${reached}`;
  return { kind: 'progress', phases: [number], boundUs: withinUs, measuredUs: null, text };
}

/** Requests without an answer, when there are any. */
export function answersMiss(phases: readonly PhaseResult[]): ToldMiss[] {
  const failing = phases.flatMap(({ requests }, i) => (requests.failed > 0 ? [i] : []));
  const failed = phases.reduce((sum, { requests }) => sum + requests.failed, 0);
  if (failed === 0) return [];
  const noun = failed === 1 ? 'request' : 'requests';
  const text = `${failed} ${noun} without an answer or an excuse`;
  return [{ kind: 'answers', phases: failing, text }];
}

/** What peers left behind; of many, the first ones and how many others there are. */
export function leftBehindMisses(all: readonly string[]): ToldMiss[] {
  const misses = all.slice(0, MOST_LEFT_BEHIND).map(peersMiss);
  const others = all.length - misses.length;
  if (others === 0) return misses;
  const noun = others === 1 ? 'peer' : 'peers';
  return [...misses, peersMiss(`${others} other ${noun} left something behind`)];
}

/** What no shortage of the lab's can cause. */
export function peersMiss(text: string): ToldMiss {
  return { kind: 'peers', text };
}

/** A phase that is named; all that are measured; or, of a figure of the whole run, really all. */
function phasesOf(written: string | null, isOfRun: boolean, phases: readonly Phase[]): number[] {
  return phases.flatMap(({ name, measured }, i) => {
    const isMeant =
      written === null ? isOfRun || measured : written === name || quantifierOf(written) !== null;
    return isMeant ? [i] : [];
  });
}

/** A stall moves the slowest requests; it takes half of them to move a median. */
function lagFigureOf(figure: string): LagFigure {
  if (figure === 'latency.p50') return 'p50';
  return figure === 'latency.p90' ? 'p90' : 'max';
}
