import { chanceOfFewer } from '../stats/fisher.ts';
import type { FigureComparison } from '../result/comparison.ts';
import { countJudged } from '../result/run-counts.ts';
import type { Subject } from './subject.ts';

/**
 * Its part of the error that a comparison is allowed, in both directions. It asks for a part of its own: shared
 * with a dozen times, six failing runs of ten would pass for chance.
 */
export const ERROR_OF_PASSED = 0.012;

/** The share of runs that pass, of all but those in which the lab measured itself: Fisher's exact test. */
export function comparePassed({ runs: base }: Subject, { runs: other }: Subject): FigureComparison {
  const [tries, others] = [countJudged(base), countJudged(other)];
  const share = (passed: number, of: number): number | null => (of === 0 ? null : passed / of);
  const values = { base: share(base.passed, tries), new: share(other.passed, others) };
  const shown = { name: 'passed', unit: 'share' as const, ...values, effect: null };
  if (values.base === null || values.new === null) {
    return {
      ...shown,
      change: 'cannot-tell',
      why: 'too few runs; take --repeat 10, on a quiet machine',
    };
  }
  const tail = ERROR_OF_PASSED / 2;
  if (chanceOfFewer(other.passed, others, base.passed, tries) <= tail) {
    return { ...shown, change: 'worse', why: null };
  }
  if (chanceOfFewer(base.passed, tries, other.passed, others) <= tail) {
    return { ...shown, change: 'better', why: null };
  }
  const isAlike = values.base === values.new && (values.new === 0 || values.new === 1);
  if (isAlike) return { ...shown, change: 'same', why: null };
  return { ...shown, change: 'cannot-tell', why: `${tries} and ${others} runs; more would tell` };
}
