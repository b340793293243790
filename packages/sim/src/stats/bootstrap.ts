/**
 * How sure the median of a few runs is: a percentile bootstrap. No library does it (simple-statistics has
 * the median and the quantile, the ten lines below would stay). Not BCa: its correction comes from the
 * jackknife, which for a median does not settle however many runs there are.
 */
import { Random } from '../random/random.ts';

/** The share of such intervals that hold the true median. */
export const CONFIDENCE = 0.95;

/**
 * Fewer values have no such interval: even from the smallest to the largest of five it holds the true
 * median in 94 of 100 cases only (1 − 2^(1 − n)).
 */
export const LEAST_VALUES = 6;

/** More would move the ends by less than another run does. */
const RESAMPLES = 2_000;

/** From here on the ranks that the resamples tend to are as good, and need no draws. */
const MOST_RESAMPLED = 1_000;

/** Standard deviations to each side that hold the share above of a normal distribution. */
export const DEVIATIONS = 1.959964;

/** An interval with both ends in it. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The median of values in ascending order, of which there is one at least. */
export function medianOf(sorted: readonly number[]): number {
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

/**
 * The interval that holds the true median with `CONFIDENCE`, of values in ascending order; null when they
 * are fewer than `LEAST_VALUES`. The same values give the same interval.
 */
export function medianInterval(sorted: readonly number[]): Interval | null {
  if (sorted.length < LEAST_VALUES) return null;
  return sorted.length > MOST_RESAMPLED ? ofRanks(sorted) : ofResamples(sorted);
}

function ofResamples(sorted: readonly number[]): Interval {
  const random = Random.fromSeed(0).fork('bootstrap', sorted.length);
  const drawn = new Uint16Array(sorted.length);
  const medians = Float64Array.from({ length: RESAMPLES }, () => {
    drawn.fill(0);
    for (let i = 0; i < sorted.length; i++) drawn[random.below(sorted.length)]!++;
    return medianOfDrawn(sorted, drawn);
  }).sort();
  const outside = Math.floor((RESAMPLES * (1 - CONFIDENCE)) / 2);
  return { low: medians[outside]!, high: medians[RESAMPLES - 1 - outside]! };
}

/** The median of a resample in which each value stands as often as it was drawn. */
function medianOfDrawn(sorted: readonly number[], drawn: Uint16Array): number {
  const middle = (sorted.length - 1) / 2;
  const at = (rank: number): number => {
    let seen = 0;
    return sorted[drawn.findIndex((times) => (seen += times) > rank)]!;
  };
  const low = at(Math.floor(middle));
  return middle % 1 === 0 ? low : (low + at(Math.ceil(middle))) / 2;
}

function ofRanks(sorted: readonly number[]): Interval {
  const middle = (sorted.length - 1) / 2;
  const aside = (DEVIATIONS * Math.sqrt(sorted.length)) / 2;
  return { low: sorted[Math.floor(middle - aside)]!, high: sorted[Math.ceil(middle + aside)]! };
}
