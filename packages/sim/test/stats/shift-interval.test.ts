import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../src/random/random.ts';
import { shiftBetween } from '../../src/stats/shift-interval.ts';

const upTo = (count: number, from = 0): number[] =>
  Array.from({ length: count }, (_, i) => from + i);

test('the estimate is the middle of all differences', () => {
  const { estimate } = shiftBetween([1, 2, 30, 4], [11, 12, 13, 140], 0.95)!;
  // −19 −18 −17 7 8 9 9 10 10 11 11 12 110 136 138 139
  expect(estimate).toBe(10);
});

// Critical values of U, two-sided, as printed in every table: 5% for 6 and 6: 5, for 10 and 10: 23; 1% for
// 10 and 10: 16. The interval goes from the next of the sorted differences on.
test.each([
  [6, 0.95, 5],
  [10, 0.95, 23],
  [10, 0.99, 16],
  [20, 0.95, 127],
])(
  'of %i and as many values with confidence %d the ends are known',
  (count, confidence, critical) => {
    const values = upTo(count).map((i) => i * 1_000);
    const others = upTo(count).map((i) => i);
    const differences = values.flatMap((one) => others.map((other) => other - one));
    differences.sort((a, b) => a - b);
    expect(shiftBetween(values, others, confidence)).toMatchObject({
      low: differences[critical],
      high: differences.at(-1 - critical),
    });
  },
);

test('too few values have no interval of that confidence', () => {
  expect(shiftBetween(upTo(3), upTo(3), 0.95)).toBeNull();
  expect(shiftBetween(upTo(4), upTo(4), 0.95)).not.toBeNull();
  expect(shiftBetween(upTo(6), upTo(6), 0.998)).toBeNull();
  expect(shiftBetween(upTo(7), upTo(7), 0.998)).not.toBeNull();
  expect(shiftBetween([], upTo(9), 0.95)).toBeNull();
});

test('a sample that lies elsewhere is found there, and the other way round on the other side', () => {
  const values = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 7, maxLength: 12 });
  fc.assert(
    fc.property(values, values, fc.integer({ min: -50, max: 50 }), (a, b, by) => {
      const shift = shiftBetween(a, b, 0.98)!;
      expect(shift.low).toBeLessThanOrEqual(shift.estimate);
      expect(shift.high).toBeGreaterThanOrEqual(shift.estimate);
      const moved = shiftBetween(
        a,
        b.map((one) => one + by),
        0.98,
      )!;
      expect(moved).toEqual({
        estimate: shift.estimate + by,
        low: shift.low + by,
        high: shift.high + by,
      });
      const turned = shiftBetween(b, a, 0.98)!;
      expect(turned.low).toBeCloseTo(-shift.high, 9);
      expect(turned.high).toBeCloseTo(-shift.low, 9);
    }),
  );
});

test('hundreds of values on each side are compared as well', () => {
  const { estimate, low, high } = shiftBetween(upTo(10_000), upTo(10_000, 2_000), 0.998)!;
  expect(estimate).toBeCloseTo(2_000, -2);
  // By the normal distribution: 3.09 deviations of √(200 · 200 · 401 / 12) pairs are 3,573 of 40,000; where
  // the samples overlap as far as these do, that is one tenth of their width.
  for (const aside of [estimate - low, high - estimate]) {
    expect(Math.abs(aside - 950)).toBeLessThan(100);
  }
});

test('the interval misses the true shift in 5 of 100 samples at most', () => {
  const random = Random.fromSeed(11);
  const drawn = (): number[] => Array.from({ length: 10 }, () => random.share() ** 3);
  let missed = 0;
  for (let i = 0; i < 2_000; i++) {
    const { low, high } = shiftBetween(drawn(), drawn(), 0.95)!;
    if (low > 0 || high < 0) missed++;
  }
  expect(missed / 2_000).toBeLessThan(0.055);
  expect(missed / 2_000).toBeGreaterThan(0.03);
});
