import { expect } from 'vitest';
import { renderVerdict } from '../report/verdict-line.ts';
import type { Result } from '../result/result.ts';
import { showFigure } from '../result/show-figure.ts';
import { parseQuantity } from '../scenario/units.ts';
import { failureOf, sentence, type Failure } from './failure.ts';
import { evaluate } from './evaluate.ts';
import { missesOf } from './misses.ts';

/** What of a run is judged. */
export interface ToHoldOptions {
  /**
   * False: times and rates may be as they are, and the lab may have been short of something. They belong to the machine
   * and to what else runs on it. True by default.
   */
  readonly pace?: boolean;
}

/** Matchers for the result of a run. */
export interface ResultMatchers<R = unknown> {
  /**
   * Passes when the run passed: all expectations of the scenario hold, and nothing went wrong that it does not allow.
   * With a text it is this expectation, written as in a scenario, that must hold:
   * `toHold('steady.latency.p99 <= 50ms')`.
   */
  toHold(what?: string | ToHoldOptions): R;
  /** Passes when every peer had reached every other one at most so long after the start: `'2s'`, `'300ms'`. */
  toBeDiscoveredWithin(time: string): R;
}

declare module 'vitest' {
  // The parameters must be those of vitest.
  // oxlint-disable-next-line no-unused-vars
  interface Matchers<R extends void | Promise<void>, T> extends ResultMatchers<R> {}
}

/** What a matcher found. */
interface Found {
  readonly pass: boolean;
  readonly failure: () => Failure;
  /** What is said when it should not have passed. */
  readonly passed: string;
}

function toHold(result: Result, what: string | ToHoldOptions = {}): Found {
  if (typeof what === 'string') return holdsOne(result, what);
  const misses = missesOf(result, what.pace ?? true);
  return {
    pass: misses.reasons.length === 0,
    failure: () => failureOf(result, misses),
    passed: `expected the run not to hold: ${renderVerdict(result, { color: false })}`,
  };
}

function holdsOne(result: Result, text: string): Found {
  const { holds, shown } = evaluate(result, text);
  return {
    pass: holds,
    failure: () => sentence(result, `expected ${text}, measured ${shown}`),
    passed: `expected not ${text}, measured ${shown}`,
  };
}

function toBeDiscoveredWithin(result: Result, time: string): Found {
  const bound = parseQuantity('time', time);
  if (!bound.ok)
    throw new TypeError(`toBeDiscoveredWithin(${JSON.stringify(time)}): ${bound.problem}.`);
  const { seconds, reachedPairs, pairs } = result.discovery;
  const measured = seconds === null ? null : seconds * 1e6;
  const shown = showFigure('time', measured, bound.value);
  const found =
    measured === null ? `never; ${reachedPairs} of ${pairs} pairs were reached` : `after ${shown}`;
  return {
    pass: measured !== null && measured <= bound.value,
    failure: () => sentence(result, `expected discovery within ${time}, it came ${found}`),
    passed: `expected no discovery within ${time}, it came ${found}`,
  };
}

/** A matcher for vitest. What fails is thrown here, because only so its places become those of the error. */
function matcher<A extends unknown[]>(
  find: (result: Result, ...args: A) => Found,
): (
  this: { isNot: boolean },
  received: unknown,
  ...args: A
) => { pass: boolean; message: () => string } {
  return function hold(received, ...args) {
    const { pass, failure, passed } = find(asResult(received), ...args);
    if (!pass && !this.isNot) throw failure().toError(hold);
    return { pass, message: () => passed };
  };
}

function asResult(received: unknown): Result {
  if (
    typeof received === 'object' &&
    received !== null &&
    'verdict' in received &&
    'reasons' in received
  ) {
    return received as Result;
  }
  throw new TypeError(
    'This matcher is for the result of a run: what `scenario` gives to its body, or a file of --json.',
  );
}

expect.extend({
  toHold: matcher(toHold),
  toBeDiscoveredWithin: matcher(toBeDiscoveredWithin),
});
