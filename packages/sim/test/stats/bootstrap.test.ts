import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../src/random/random.ts';
import { CONFIDENCE, LEAST_VALUES, medianInterval, medianOf } from '../../src/stats/bootstrap.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

test('the median is the middle value, or halfway between the two', () => {
  expect([[5], [1, 5, 9], [1, 2, 4, 9]].map(medianOf)).toEqual([5, 5, 3]);
});

test('fewer than six values have no interval', () => {
  expect(upTo(LEAST_VALUES).map((count) => medianInterval(upTo(count)))).toEqual(
    upTo(LEAST_VALUES).map(() => null),
  );
  expect(medianInterval(upTo(LEAST_VALUES))).not.toBeNull();
});

test('values that are all the same are certain', () => {
  expect(medianInterval(upTo(20).map(() => 7))).toEqual({ low: 7, high: 7 });
});

test('the interval is the same every time, lies within the values and holds their median', () => {
  const values = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), {
    minLength: 6,
    maxLength: 40,
  });
  fc.assert(
    fc.property(values, (unsorted) => {
      const sorted = unsorted.toSorted((a, b) => a - b);
      const { low, high } = medianInterval(sorted)!;
      expect(medianInterval(sorted)).toEqual({ low, high });
      expect(low).toBeGreaterThanOrEqual(sorted[0]!);
      expect(high).toBeLessThanOrEqual(sorted.at(-1)!);
      expect(low).toBeLessThanOrEqual(medianOf(sorted));
      expect(high).toBeGreaterThanOrEqual(medianOf(sorted));
    }),
    { numRuns: 50 },
  );
});

test('one value that is far off does not move the interval, as it would move a mean', () => {
  const without = medianInterval([...upTo(19), 19])!;
  expect(medianInterval([...upTo(19), 1e9])).toEqual(without);
});

// The chance that the k-th of n values is below the median of a resample is that of a binomial
// distribution; for 21 values its quantiles are known: ranks 6 and 14 from 0.
test('the ends are those that are known exactly for 21 values', () => {
  expect(medianInterval(upTo(21))).toEqual({ low: 6, high: 14 });
});

test('of many values the ranks are taken, which resamples tend to', () => {
  const resampled = medianInterval(upTo(1_000))!;
  const ranked = medianInterval(upTo(1_001))!;
  expect(Math.abs(ranked.low - resampled.low)).toBeLessThanOrEqual(4);
  expect(Math.abs(ranked.high - resampled.high)).toBeLessThanOrEqual(4);
});

test('it holds the true median about as often as it says', () => {
  const random = Random.fromSeed(1).fork('test');
  const trials = 400;
  let held = 0;
  for (let trial = 0; trial < trials; trial++) {
    const sorted = upTo(25)
      .map(() => random.share())
      .sort((a, b) => a - b);
    const { low, high } = medianInterval(sorted)!;
    if (low <= 0.5 && high >= 0.5) held++;
  }
  expect(held / trials).toBeGreaterThan(CONFIDENCE - 0.04);
  expect(held / trials).toBeLessThan(1);
});
