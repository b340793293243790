import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random/random.ts';
import type { RateProfile } from '../../src/scenario/scenario.ts';
import { makeArrivals, SteadyArrivals, VaryingArrivals } from '../../src/workload/arrivals.ts';
import { RateCurve } from '../../src/workload/rate-curve.ts';

/** What seed 21 gives in each second; another list is another run. */
const RAMP_COUNTS = [29, 67, 112, 193, 252, 281, 354, 388, 421, 460];
const STEP_COUNTS = [401, 0, 104, 960];

describe('steady arrivals', () => {
  test('at a constant pace come at even distances and never drift', () => {
    const arrivals = new SteadyArrivals(Random.fromSeed(1), 3, 'constant');
    const times = Array.from({ length: 3_000_000 }, () => arrivals.next());
    expect(times.slice(0, 4)).toEqual([333_333, 666_667, 1_000_000, 1_333_333]);
    expect(times.at(-1)).toBe(1_000_000_000_000);
  });

  test('of a Poisson process keep the rate and vary as one does', () => {
    const arrivals = new SteadyArrivals(Random.fromSeed(4), 1_000, 'poisson');
    const perSecond = Array.from({ length: 200 }, () => 0);
    for (let atUs = arrivals.next(); atUs < 200_000_000; atUs = arrivals.next()) {
      perSecond[Math.floor(atUs / 1_000_000)]!++;
    }
    const mean = perSecond.reduce((sum, one) => sum + one, 0) / 200;
    const variance = perSecond.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 200;
    expect(Math.abs(mean - 1_000)).toBeLessThan(12);
    // Counts of a Poisson process have a variance as large as their mean.
    expect(variance / mean).toBeGreaterThan(0.6);
    expect(variance / mean).toBeLessThan(1.5);
  });

  test('never go back, whatever the rate', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        fc.constantFrom('constant', 'poisson'),
        fc.nat(),
        (perSecond, kind, seed) => {
          const arrivals = new SteadyArrivals(Random.fromSeed(seed), perSecond, kind);
          let last = 0;
          for (let i = 0; i < 100; i++) {
            const next = arrivals.next();
            expect(Number.isSafeInteger(next) && next >= last).toBe(true);
            last = next;
          }
        },
      ),
    );
  });
});

describe('varying arrivals', () => {
  const SECOND = 1_000_000;

  test('at a constant pace come when the curve has come to the next whole number', () => {
    const curve = new RateCurve({ kind: 'steps', perSecond: [2, 0, 4] }, 3 * SECOND);
    const arrivals = new VaryingArrivals(Random.fromSeed(1), curve, 'constant');
    const times = Array.from({ length: 8 }, () => arrivals.next() / SECOND);
    expect(times).toEqual([0.5, 1, 2.25, 2.5, 2.75, 3, Infinity, Infinity]);
  });

  test('of a Poisson process follow a ramp', () => {
    // 50 a second more each second, from 0 to 500.
    const counts = perSecond({ kind: 'ramp', perSecond: [0, 500] }, 10);
    expect(counts).toEqual(RAMP_COUNTS);
    counts.forEach((count, second) => {
      const expected = 50 * second + 25;
      expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
    });
  });

  test('of a Poisson process follow steps', () => {
    const counts = perSecond({ kind: 'steps', perSecond: [400, 0, 100, 900] }, 4);
    expect(counts).toEqual(STEP_COUNTS);
    [400, 0, 100, 900].forEach((expected, second) => {
      expect(Math.abs(counts[second]! - expected)).toBeLessThan(5 * Math.sqrt(expected) + 1);
    });
  });

  test('of a Poisson process have gaps that vary as those of one do', () => {
    const load = {
      kind: 'varying',
      profile: { kind: 'ramp', perSecond: [1_000, 1_000] },
      arrivals: 'poisson',
    } as const;
    const arrivals = makeArrivals(load, 100 * SECOND, Random.fromSeed(8));
    const gaps: number[] = [];
    let lastUs = 0;
    for (let atUs = arrivals.next(); atUs !== Infinity; atUs = arrivals.next()) {
      gaps.push(atUs - lastUs);
      lastUs = atUs;
    }
    const mean = gaps.reduce((sum, one) => sum + one, 0) / gaps.length;
    const variance = gaps.reduce((sum, one) => sum + (one - mean) ** 2, 0) / gaps.length;
    expect(Math.abs(mean - 1_000)).toBeLessThan(15);
    expect(Math.abs(Math.sqrt(variance) - 1_000)).toBeLessThan(30);
  });

  test('never go back and stay within the phase, whatever the rates', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('ramp' as const, 'steps' as const),
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 6 }),
        fc.integer({ min: 1, max: 10 * SECOND }),
        fc.constantFrom('constant' as const, 'poisson' as const),
        fc.nat(),
        (kind, rates, lastsUs, arrivals, seed) => {
          const profile = { kind, perSecond: rates };
          const load = { kind: 'varying', profile, arrivals } as const;
          const drawn = makeArrivals(load, lastsUs, Random.fromSeed(seed));
          let last = 0;
          for (let i = 0; i < 100; i++) {
            const next = drawn.next();
            expect(next === Infinity || (Number.isSafeInteger(next) && next <= lastsUs)).toBe(true);
            expect(next).toBeGreaterThanOrEqual(last);
            last = next;
          }
        },
      ),
    );
  });

  /** Arrivals in each second of a Poisson process. */
  function perSecond(profile: RateProfile, seconds: number): number[] {
    const load = { kind: 'varying', profile, arrivals: 'poisson' } as const;
    const arrivals = makeArrivals(load, seconds * SECOND, Random.fromSeed(21));
    const counts = Array.from({ length: seconds }, () => 0);
    for (let atUs = arrivals.next(); atUs < seconds * SECOND; atUs = arrivals.next()) {
      counts[Math.floor(atUs / SECOND)]!++;
    }
    return counts;
  }
});
