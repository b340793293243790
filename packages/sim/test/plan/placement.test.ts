import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { copiesByRank, drawOwners } from '../../src/plan/placement.ts';
import { Random } from '../../src/random/random.ts';
import type { Copies, Images, PeerGroup, PlacedImage } from '../../src/scenario/scenario.ts';

const GROUPS = [groupOf('seeder', 4), groupOf('leech', 16)];
const NAMES = Array.from({ length: 50 }, (_, image) => `${image}.png`);

describe('copies by popularity', () => {
  test('fall as Zipf’s law says, and are one at least', () => {
    expect(copiesByRank(8, 4, 1, 100)).toEqual([12, 6, 4, 3, 2, 2, 2, 1]);
    expect(copiesByRank(4, 1, 0.9, 100)).toEqual([1, 1, 1, 1]);
    expect(copiesByRank(4, 9, 10, 9)).toEqual([9, 9, 9, 9]);
  });

  test('are as many as wanted in all, bounded, and never more for a less popular image', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 1, max: 50, noNaN: true }),
        fc.double({ min: 0.01, max: 10, noNaN: true }),
        fc.integer({ min: 1, max: 1_000 }),
        (count, mean, exponent, most) => {
          const copies = copiesByRank(count, mean, exponent, most);
          const total = copies.reduce((sum, one) => sum + one, 0);
          expect(total).toBe(Math.min(count * most, Math.max(count, Math.round(count * mean))));
          expect(copies.every((one) => Number.isInteger(one) && one >= 1 && one <= most)).toBe(
            true,
          );
          expect(copies).toEqual([...copies].sort((a, b) => b - a));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('of no image are none', () => {
    expect(copiesByRank(0, 2, 1, 5)).toEqual([]);
  });
});

describe('owners', () => {
  test('are as many different peers as there are to be copies, of the groups that can own', () => {
    fc.assert(
      fc.property(anyCopies(), anyOwners(), fc.nat(), (copies, groups, seed) => {
        const owners = owned({ copies, owners: groups }, seed);
        const can = groups === null ? [0, 20] : groups[0] === 'seeder' ? [0, 4] : [4, 20];
        for (const each of owners) {
          expect(each).toEqual([...new Set(each)].sort((a, b) => a - b));
          expect(each.length).toBeGreaterThanOrEqual(1);
          expect(each.every((peer) => peer >= can[0]! && peer < can[1]!)).toBe(true);
        }
      }),
    );
  });

  test('of the more popular images are more', () => {
    const byRank = NAMES.map((_, image) => (image * 7) % 50);
    const copies: Copies = { mean: { count: 5 }, exponent: 0.9 };
    const owners = owned({ copies }, 3, byRank);
    const counts = byRank.map((image) => owners[image]!.length);
    expect(counts).toEqual(copiesByRank(50, 5, 0.9, 20));
    expect(counts[0]).toBe(20);
    expect(counts.at(-1)).toBe(2);
  });

  test('by a share of those that can own are a share of these', () => {
    const owners = owned({ copies: { share: 0.5 }, owners: ['seeder'] }, 1);
    expect(new Set(owners.map(({ length }) => length))).toEqual(new Set([2]));
  });

  test('by groups are all peers of the group, and peers can have more', () => {
    const place = new Map<string, readonly PlacedImage[] | 'all'>([
      ['seeder', 'all'],
      ['leech-2', [placed('3.png'), placed('4.png')]],
      ['seeder-1', [placed('3.png')]],
    ]);
    const owners = owned({ copies: null, place }, 1);
    expect(owners[3]).toEqual([0, 1, 2, 3, 5]);
    expect(owners[4]).toEqual([0, 1, 2, 3, 5]);
    expect(owners[5]).toEqual([0, 1, 2, 3]);
  });

  test('do not change when a group that owns nothing is added behind', () => {
    const copies = { count: 3 };
    const some = owned({ copies, owners: ['seeder', 'leech'] }, 9);
    const more = drawOwners(
      {
        images: imagesOf({ copies, owners: ['seeder', 'leech'] }),
        groups: [...GROUPS, groupOf('late', 5)],
        names: NAMES,
        byRank: NAMES.map((_, image) => image),
      },
      Random.fromSeed(9),
    );
    expect(more).toEqual(some);
  });
});

function anyCopies(): fc.Arbitrary<Copies> {
  const amount = fc.oneof(
    fc.record({ count: fc.integer({ min: 1, max: 20 }) }),
    fc.record({ share: fc.double({ min: 0.01, max: 1, noNaN: true }) }),
  );
  const exponent = fc.double({ min: 0.1, max: 3, noNaN: true });
  return fc.oneof(amount, fc.record({ mean: amount, exponent }));
}

function anyOwners(): fc.Arbitrary<string[] | null> {
  return fc.constantFrom(null, ['seeder'], ['leech']);
}

function owned(
  part: Partial<Images>,
  seed: number,
  byRank: readonly number[] = NAMES.map((_, image) => image),
): number[][] {
  const images = imagesOf(part);
  return drawOwners({ images, groups: GROUPS, names: NAMES, byRank }, Random.fromSeed(seed));
}

function imagesOf(part: Partial<Images>): Images {
  return {
    from: null,
    generate: null,
    copies: null,
    owners: null,
    differing: null,
    place: null,
    ...part,
  };
}

function placed(name: string): PlacedImage {
  return { name, version: 1 };
}

function groupOf(name: string, count: number): PeerGroup {
  return { name, count, run: null, behavior: null, known: null };
}
