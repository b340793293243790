import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  drawFrom,
  exp,
  exponential,
  ln,
  standardNormal,
  Zipf,
  type Distribution,
} from '../../src/random/distributions.ts';
import { Random } from '../../src/random/random.ts';

/** What seed 1 draws; other numbers are other runs. */
const NORMAL = [-0.6865070753861474, 1.495729615339271, 2.828583226871264, -1.1578779916779705];

/** Wide enough for all that the lab draws, and for a faster series; a wrong term misses it by far. */
const RELATIVE = 1e-12;

describe('ln', () => {
  test('is the natural logarithm to twelve digits', () => {
    fc.assert(
      fc.property(fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE }), (x) => {
        fc.pre(x > 0 && Number.isFinite(x));
        expectClose(ln(x), Math.log(x));
      }),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 2, noNaN: true }), (x) =>
        expectClose(ln(x), Math.log(x)),
      ),
      { numRuns: 2_000 },
    );
  });

  test('of the golden values has every bit as it always was', () => {
    expect([ln(1), ln(2), ln(10), ln(Number.MIN_VALUE)]).toEqual([
      0, 0.6931471805599453, 2.3025850929940455, -744.4400719213812,
    ]);
  });
});

describe('exp', () => {
  test('is the exponential function to twelve digits for |x| up to 700', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) =>
        expectClose(exp(x), Math.exp(x)),
      ),
      { numRuns: 2_000 },
    );
  });

  test('of the golden values has every bit as it always was', () => {
    expect([exp(0), exp(1), exp(-10), exp(700), exp(-700)]).toEqual([
      1, 2.7182818284590446, 0.00004539992976248483, 1.0142320547350549e304, 9.859676543759277e-305,
    ]);
  });

  test('undoes ln', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (x) =>
        expectClose(exp(ln(x)), x),
      ),
    );
  });
});

describe('exponential', () => {
  test('is the same for the same seed', () => {
    const random = Random.fromSeed(1);
    const drawn = Array.from({ length: 5 }, () => exponential(random, 10_000));
    expect(drawn).toEqual([1508, 138, 9778, 2904, 2588]);
  });

  test('is −mean × ln of a uniform share, rounded', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 1e9 }), (seed, mean) => {
        const share = (Random.fromSeed(seed).next32() + 1) / 2 ** 32;
        const drawn = exponential(Random.fromSeed(seed), mean);
        expect(Number.isInteger(drawn)).toBe(true);
        expect(drawn >= 0).toBe(true);
        expect(Math.abs(drawn - -Math.log(share) * mean)).toBeLessThan(0.501);
      }),
    );
  });

  test('has its mean, and a standard deviation as large', () => {
    const random = Random.fromSeed(12);
    const drawn = Array.from({ length: 100_000 }, () => exponential(random, 20_000));
    const mean = drawn.reduce((sum, one) => sum + one, 0) / drawn.length;
    const variance = drawn.reduce((sum, one) => sum + (one - mean) ** 2, 0) / drawn.length;
    expect(Math.abs(mean - 20_000)).toBeLessThan(300);
    expect(Math.abs(Math.sqrt(variance) - 20_000)).toBeLessThan(600);
  });
});

describe('standardNormal', () => {
  test('is the same for the same seed', () => {
    const random = Random.fromSeed(1);
    expect(Array.from({ length: 4 }, () => standardNormal(random))).toEqual(NORMAL);
  });

  test('has the shares of a bell curve', () => {
    const random = Random.fromSeed(3);
    const drawn = Array.from({ length: 100_000 }, () => standardNormal(random));
    const within = (sigma: number): number =>
      drawn.filter((one) => Math.abs(one) < sigma).length / drawn.length;
    expect(Math.abs(within(1) - 0.6827)).toBeLessThan(0.005);
    expect(Math.abs(within(2) - 0.9545)).toBeLessThan(0.003);
    expect(Math.abs(within(3) - 0.9973)).toBeLessThan(0.001);
    expect(Math.abs(drawn.filter((one) => one < 0).length / drawn.length - 0.5)).toBeLessThan(
      0.005,
    );
  });
});

describe('a distribution', () => {
  // The values below which a tenth, half and nine tenths of all are.
  test.each<[Distribution, readonly number[]]>([
    [{ kind: 'constant', value: 7 }, [7, 7, 7]],
    [{ kind: 'uniform', from: 10, to: 20 }, [11, 15, 19]],
    [{ kind: 'normal', mean: 100, deviation: 20 }, [74.37, 100, 125.63]],
    [{ kind: 'exponential', mean: 100 }, [10.536, 69.315, 230.26]],
    [{ kind: 'lognormal', median: 100, sigma: 1 }, [27.76, 100, 360.2]],
    [{ kind: 'pareto', median: 100, shape: 1.5 }, [67.58, 100, 292.4]],
    [{ kind: 'weibull', median: 100, shape: 0.6 }, [4.329, 100, 739.6]],
    [{ kind: 'weibull', median: 100, shape: 1 }, [15.2, 100, 332.19]],
  ])('%j has its quantiles', (distribution, quantiles) => {
    const random = Random.fromSeed(17);
    const drawn = Array.from({ length: 40_000 }, () => drawFrom(distribution, random));
    drawn.sort((a, b) => a - b);
    [0.1, 0.5, 0.9].forEach((share, i) => {
      expect(Math.abs(drawn[40_000 * share]! / quantiles[i]! - 1)).toBeLessThan(0.06);
    });
  });

  test('never gives a negative number or none, whatever its parameters', () => {
    const above = fc.double({ min: 1, max: 1e12, noNaN: true });
    const shape = fc.double({ min: 0.1, max: 100, noNaN: true });
    const distribution: fc.Arbitrary<Distribution> = fc.oneof(
      fc.record({ kind: fc.constant('exponential' as const), mean: above }),
      fc.record({ kind: fc.constant('normal' as const), mean: above, deviation: above }),
      fc.record({
        kind: fc.constant('lognormal' as const),
        median: above,
        sigma: fc.double({ min: 0.001, max: 10, noNaN: true }),
      }),
      fc.record({
        kind: fc.constantFrom('pareto' as const, 'weibull' as const),
        median: above,
        shape,
      }),
    );
    fc.assert(
      fc.property(distribution, fc.nat(), (one, seed) => {
        const random = Random.fromSeed(seed);
        for (let i = 0; i < 50; i++) expect(drawFrom(one, random)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('of the smallest share drawn is not lost in a logarithm of 0', () => {
    // A generator whose next32 is 2³² − 1 draws the share 1, whose logarithm is 0.
    const highest = { next32: () => 2 ** 32 - 1 } as Random;
    expect(drawFrom({ kind: 'weibull', median: 5, shape: 0.5 }, highest)).toBe(0);
    expect(drawFrom({ kind: 'pareto', median: 8, shape: 1 }, highest)).toBeCloseTo(4, 12);
  });
});

describe('Zipf', () => {
  test('draws the same for the same seed', () => {
    const random = Random.fromSeed(1);
    for (let i = 0; i < 5; i++) random.next32();
    const zipf = new Zipf(10, 0.9);
    const drawn = Array.from({ length: 12 }, () => zipf.draw(random));
    expect(drawn).toEqual([2, 2, 2, 0, 1, 0, 3, 9, 3, 3, 7, 1]);
  });

  test.each([0.5, 0.9, 1, 2])(
    'with exponent %d draws each item in proportion to 1 / n^s',
    (exponent) => {
      const count = 20;
      const weights = Array.from({ length: count }, (_, i) => (i + 1) ** -exponent);
      const total = weights.reduce((sum, one) => sum + one, 0);
      const drawn = drawnCounts(new Zipf(count, exponent), count, 100_000);
      weights.forEach((weight, i) => {
        const expected = (100_000 * weight) / total;
        expect(Math.abs(drawn[i]! - expected)).toBeLessThan(5 * Math.sqrt(expected) + 1);
      });
    },
  );

  test('of one item always draws it', () => {
    expect(drawnCounts(new Zipf(1, 0.9), 1, 100)).toEqual([100]);
  });

  test('never draws an item that is not there', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0.01, max: 10, noNaN: true }),
        fc.nat(),
        (count, exponent, seed) => {
          const zipf = new Zipf(count, exponent);
          const random = Random.fromSeed(seed);
          for (let i = 0; i < 50; i++) {
            const item = zipf.draw(random);
            expect(item >= 0 && item < count).toBe(true);
          }
        },
      ),
    );
  });
});

function drawnCounts(zipf: Zipf, count: number, draws: number): number[] {
  const random = Random.fromSeed(99);
  const counts = Array.from({ length: count }, () => 0);
  for (let i = 0; i < draws; i++) counts[zipf.draw(random)]!++;
  return counts;
}

function expectClose(actual: number, expected: number): void {
  if (actual === expected) return;
  expect(Math.abs(actual - expected) / Math.abs(expected)).toBeLessThan(RELATIVE);
}
