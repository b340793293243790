import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CoarseHistogram } from '../../src/stats/coarse-histogram.ts';

test('nothing has no quantile', () => {
  expect(new CoarseHistogram().quantile(0.5)).toBeNull();
});

test('a single time of any length comes back, at most 1.6 % off', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 42 - 1 }), (us) => {
      const back = recorded([us]).quantile(1)!;
      expect(Math.abs(back - us)).toBeLessThanOrEqual(us * 0.016);
    }),
  );
});

test('times on both sides of every power of two come back in order', () => {
  for (let bits = 1; bits <= 42; bits++) {
    const [below, at] = [recorded([2 ** bits - 1]), recorded([2 ** bits])];
    if (bits < 42) expect(below.quantile(1)!).toBeLessThan(at.quantile(1)!);
    expect(Math.abs(below.quantile(1)! / (2 ** bits - 1) - 1)).toBeLessThanOrEqual(0.016);
  }
});

test('below nothing is nothing, and what is longer than fifty days counts as that', () => {
  expect(recorded([-5, 0.2]).quantile(1)).toBe(0);
  expect(recorded([2 ** 50]).quantile(1)! / 2 ** 42).toBeCloseTo(1, 1);
});

test('a quantile is the time that so many stayed within', () => {
  const histogram = recorded([1, 2, 3, 4, 20]);
  expect([0, 0.2, 0.21, 0.8, 0.81, 1].map((share) => histogram.quantile(share))).toEqual([
    1, 1, 2, 4, 20, 20,
  ]);
});

test('added histograms are those of both', () => {
  const both = recorded([1, 2]);
  both.add(recorded([20, 30]));
  expect([0.5, 0.75, 1].map((share) => both.quantile(share))).toEqual([2, 20, 30]);
});

function recorded(times: readonly number[]): CoarseHistogram {
  const histogram = new CoarseHistogram();
  for (const time of times) histogram.record(time);
  return histogram;
}
