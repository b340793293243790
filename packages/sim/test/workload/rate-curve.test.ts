import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RateProfile } from '../../src/scenario/scenario.ts';
import { RateCurve } from '../../src/workload/rate-curve.ts';

const SECOND = 1_000_000;

describe('a rate curve', () => {
  test.each([
    [{ kind: 'ramp', perSecond: [50, 500] }, 10, 2_750],
    [{ kind: 'ramp', perSecond: [30, 0] }, 2, 30],
    [{ kind: 'steps', perSecond: [10, 0, 40] }, 6, 100],
  ] satisfies [RateProfile, number, number][])(
    '%j has in %d s %d requests',
    (profile, seconds, total) => {
      expect(new RateCurve(profile, seconds * SECOND).total).toBeCloseTo(total, 9);
    },
  );

  test('of a ramp is passed where the area under the rate is the count', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1_000, noNaN: true }),
        fc.double({ min: 0, max: 1_000, noNaN: true }),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        (first, last, share) => {
          const curve = new RateCurve({ kind: 'ramp', perSecond: [first, last] }, 10 * SECOND);
          fc.pre(curve.total > 1e-3);
          const count = share * curve.total;
          const seconds = curve.timeOf(count) / SECOND;
          const area = first * seconds + (((last - first) / 10) * seconds * seconds) / 2;
          expect(Math.abs(area - count)).toBeLessThan(1e-6 * Math.max(1, count));
        },
      ),
    );
  });

  test('of steps passes over a step without requests', () => {
    const curve = new RateCurve({ kind: 'steps', perSecond: [1, 0, 0, 2] }, 4 * SECOND);
    expect([0.5, 1, 1.5, 3].map((count) => curve.timeOf(count) / SECOND)).toEqual([
      0.5, 1, 3.25, 4,
    ]);
  });

  test('has no time for more than there is', () => {
    const curve = new RateCurve({ kind: 'steps', perSecond: [1, 1] }, 2 * SECOND);
    expect(curve.timeOf(2.01)).toBe(Infinity);
    expect(curve.timeOf(5)).toBe(Infinity);
  });
});
