import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random/random.ts';

const anySeed = fc.nat({ max: Number.MAX_SAFE_INTEGER });

describe('a stream', () => {
  test('is the same for the same seed, on every machine and in every version', () => {
    expect(draws(Random.fromSeed(42), 5)).toEqual([
      1485428954, 1494971030, 1533322808, 954036503, 1402777338,
    ]);
    expect(draws(Random.fromSeed(2 ** 40 + 7), 3)).toEqual([730613706, 3187604396, 1824226392]);
    expect(draws(Random.fromSeed(42).fork('peer', 3), 3)).toEqual([
      197756270, 4211187977, 3635957916,
    ]);
    expect(Random.fromSeed(5).shuffle([0, 1, 2, 3, 4, 5, 6, 7])).toEqual([6, 0, 7, 2, 3, 5, 1, 4]);
  });

  test('is another one for any other seed, also above 2³²', () => {
    fc.assert(
      fc.property(anySeed, anySeed, (one, other) => {
        fc.pre(one !== other);
        expect(draws(Random.fromSeed(one), 4)).not.toEqual(draws(Random.fromSeed(other), 4));
      }),
    );
    expect(draws(Random.fromSeed(7), 4)).not.toEqual(draws(Random.fromSeed(7 + 2 ** 32), 4));
  });

  test('does not repeat itself within 100,000 numbers', () => {
    const random = Random.fromSeed(1);
    const pairs = new Set<string>();
    for (let i = 0; i < 50_000; i++) pairs.add(`${random.next32()} ${random.next32()}`);
    expect(pairs.size).toBe(50_000);
  });
});

describe('a fork', () => {
  test('does not depend on how much was drawn before it, nor does it draw', () => {
    fc.assert(
      fc.property(anySeed, fc.string(), fc.nat(), fc.nat({ max: 50 }), (seed, name, index, n) => {
        const fresh = Random.fromSeed(seed);
        const used = Random.fromSeed(seed);
        draws(used, n);
        expect(draws(used.fork(name, index), 4)).toEqual(draws(fresh.fork(name, index), 4));
        draws(fresh, n);
        expect(draws(used, 4)).toEqual(draws(fresh, 4));
      }),
    );
  });

  test('differs by purpose, by index and from its parent', () => {
    const root = Random.fromSeed(42);
    const streams = [
      Random.fromSeed(42),
      ...['peer', 'phase', 'topology', 'placement', ''].map((name) => root.fork(name)),
      ...Array.from({ length: 1_000 }, (_, i) => root.fork('peer', i + 1)),
      root.fork('peer').fork('peer'),
    ];
    const firsts = new Set(streams.map((stream) => draws(stream, 2).join(' ')));
    expect(firsts.size).toBe(streams.length);
  });

  test('of neighbours are not alike: one bit in 32 agrees no more often than by chance', () => {
    const root = Random.fromSeed(3);
    let agreeing = 0;
    const rounds = 2_000;
    for (let i = 0; i < rounds; i++) {
      const different = root.fork('user', i).next32() ^ root.fork('user', i + 1).next32();
      agreeing += 32 - bitsOf(different);
    }
    // The mean is half; five standard deviations of 64,000 fair coins are 632.
    expect(Math.abs(agreeing - rounds * 16)).toBeLessThan(633);
  });
});

describe('below', () => {
  test.each([2, 3, 10, 97, 1_000])('%i is uniform by the chi-square test', (limit) => {
    const random = Random.fromSeed(2_024);
    const drawn = limit * 500;
    const counts = new Float64Array(limit);
    for (let i = 0; i < drawn; i++) counts[random.below(limit)]!++;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0);
    const freedom = limit - 1;
    expect(Math.abs(chiSquare - freedom)).toBeLessThan(4 * Math.sqrt(2 * freedom) + 4);
  });

  test('stays under any limit up to 2³²', () => {
    fc.assert(
      fc.property(anySeed, fc.integer({ min: 1, max: 2 ** 32 }), (seed, limit) => {
        const random = Random.fromSeed(seed);
        for (let i = 0; i < 20; i++) {
          const drawn = random.below(limit);
          expect(Number.isInteger(drawn) && drawn >= 0 && drawn < limit).toBe(true);
        }
      }),
    );
  });

  test('a limit just over half of 2³² does not favour small results', () => {
    // A plain remainder would give the lower half twice as often.
    const limit = 2 ** 31 + 2 ** 30;
    const random = Random.fromSeed(11);
    let low = 0;
    for (let i = 0; i < 30_000; i++) if (random.below(limit) < 2 ** 30) low++;
    expect(low / 30_000).toBeCloseTo(1 / 3, 1);
    expect(Math.abs(low - 10_000)).toBeLessThan(420);
  });
});

test('share lies in [0, 1) with the mean of a half', () => {
  const random = Random.fromSeed(8);
  let sum = 0;
  for (let i = 0; i < 100_000; i++) {
    const share = random.share();
    expect(share >= 0 && share < 1).toBe(true);
    sum += share;
  }
  expect(Math.abs(sum / 100_000 - 0.5)).toBeLessThan(0.005);
});

describe('shuffle', () => {
  test('keeps the items and gives back the array that it was given', () => {
    fc.assert(
      fc.property(anySeed, fc.array(fc.integer()), (seed, items) => {
        const copy = [...items];
        const shuffled = Random.fromSeed(seed).shuffle(copy);
        expect(shuffled).toBe(copy);
        expect(shuffled.toSorted((a, b) => a - b)).toEqual(items.toSorted((a, b) => a - b));
      }),
    );
  });

  test('gives every order of three equally often', () => {
    const random = Random.fromSeed(6);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6_000; i++) {
      const order = random.shuffle(['a', 'b', 'c']).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});

function draws(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.next32());
}

function bitsOf(value: number): number {
  let bits = 0;
  for (let rest = value >>> 0; rest !== 0; rest >>>= 1) bits += rest & 1;
  return bits;
}
