import { DEVIATIONS, type Interval } from './median-interval.ts';

/**
 * Where the true share lies with `CONFIDENCE` when `hits` of `tries` were counted: Wilson's score interval.
 * It is right for none and for all as well: of ten runs that pass up to 28% may fail.
 */
export function shareInterval(hits: number, tries: number): Interval {
  const share = hits / tries;
  const square = DEVIATIONS ** 2 / tries;
  const middle = share + square / 2;
  const aside = DEVIATIONS * Math.sqrt((share * (1 - share)) / tries + square / (4 * tries));
  const at = (end: number): number => Math.min(1, Math.max(0, end / (1 + square)));
  // Rounding must not make a share that was seen an impossible one.
  return {
    low: hits === 0 ? 0 : at(middle - aside),
    high: hits === tries ? 1 : at(middle + aside),
  };
}
