/**
 * How far the values of one sample lie from those of another: the estimate of Hodges and Lehmann with the
 * interval that belongs to the test of Mann and Whitney. No library has it (simple-statistics has the bare
 * rank sum). Not a bootstrap: of ten values it gives intervals that are too short, and its error far out in
 * the tails, where many figures at once have to be looked at, cannot be told. This one is exact for any
 * distribution, and one run that went astray does not move it.
 */
import type { Interval } from './median-interval.ts';

/** Of more values only so many, evenly spread, are looked at: all their pairs are to fit in memory. */
const MOST_VALUES = 200;

/** The middle of all differences between a value of one sample and one of the other, and where it truly is. */
export interface Shift extends Interval {
  readonly estimate: number;
}

/**
 * By how much `others` lie above `values`, with an interval that holds the true shift with a probability of
 * `confidence` at least; null when there are too few values for one of that confidence.
 */
export function shiftBetween(
  values: readonly number[],
  others: readonly number[],
  confidence: number,
): Shift | null {
  const [base, other] = [thinned(values), thinned(others)];
  const outside = pairsOutside(base.length, other.length, (1 - confidence) / 2);
  if (outside === null) return null;
  const differences = Float64Array.from(
    base.flatMap((one) => other.map((another) => another - one)),
  ).sort();
  const middle = (differences.length - 1) / 2;
  return {
    estimate: (differences[Math.floor(middle)]! + differences[Math.ceil(middle)]!) / 2,
    low: differences[outside]!,
    high: differences[differences.length - 1 - outside]!,
  };
}

function thinned(values: readonly number[]): readonly number[] {
  if (values.length <= MOST_VALUES) return values;
  const step = values.length / MOST_VALUES;
  return Array.from({ length: MOST_VALUES }, (_, i) => values[Math.floor(i * step)]!);
}

/**
 * How many of the smallest differences may be left out: the largest number of pairs that are in the wrong
 * order by chance with a probability of `tail` at most, and one; null when even none is too likely.
 */
function pairsOutside(count: number, others: number, tail: number): number | null {
  const ways = waysOfPairs(count, others);
  const all = ways.reduce((sum, one) => sum + one, 0);
  let below = 0;
  let outside = 0;
  while (outside < ways.length && below + ways[outside]! <= tail * all) below += ways[outside++]!;
  return outside === 0 ? null : outside - 1;
}

/**
 * In how many of all orders of two samples so many pairs stand the wrong way round, by that number: the
 * coefficients of the Gaussian binomial, worked out factor by factor.
 */
function waysOfPairs(count: number, others: number): Float64Array {
  const ways = new Float64Array(count * others + 1);
  ways[0] = 1;
  for (let i = 1; i <= count; i++) {
    const factor = others + i;
    for (let at = ways.length - 1; at >= factor; at--) ways[at]! -= ways[at - factor]!;
    for (let at = i; at < ways.length; at++) ways[at]! += ways[at - i]!;
  }
  return ways;
}
