import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../src/random/random.ts';
import {
  CONFIDENCE,
  LEAST_VALUES,
  medianInterval,
  medianOf,
} from '../../src/stats/median-interval.ts';

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

// Of ten values two or more lie on each side of the median in 1,002 of 1,024 cases.
test.each([
  [6, 0],
  [10, 1],
  [21, 5],
  [100, 39],
])(
  'the ends are those of tables: of %i values so many are left out at each end: %i',
  (count, outside) => {
    const high = count - 1 - outside;
    expect(medianInterval(upTo(count))).toEqual({ low: outside, high });
  },
);

test('a million values have ranks, too, about two deviations from the middle', () => {
  const { low, high } = medianInterval(upTo(1_000_000))!;
  expect(low).toBeGreaterThan(499_000);
  expect(low).toBeLessThan(499_040);
  expect(high).toBe(999_999 - low);
});

test.each([6, 10, 25])(
  'of %i values it holds the true median as often as it says, or more so',
  (count) => {
    const random = Random.fromSeed(1).fork('test', count);
    const trials = 2_000;
    let held = 0;
    for (let trial = 0; trial < trials; trial++) {
      const sorted = upTo(count)
        .map(() => random.share() ** 4)
        .sort((a, b) => a - b);
      const { low, high } = medianInterval(sorted)!;
      if (low <= 0.5 ** 4 && high >= 0.5 ** 4) held++;
    }
    expect(held / trials).toBeGreaterThan(CONFIDENCE - 0.01);
    expect(held / trials).toBeLessThan(0.995);
  },
);
