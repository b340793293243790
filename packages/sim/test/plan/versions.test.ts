import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawVersions } from '../../src/plan/versions.ts';
import { Random } from '../../src/random/random.ts';
import type { Amount, Images, PlacedImage } from '../../src/scenario/scenario.ts';
import { scenarioOf } from '../plans.ts';

const GROUPS = ['seeder', 'mirror'].map((name) => ({
  name,
  count: 3,
  run: null,
  behavior: null,
  known: null,
}));

describe('of images that differ', () => {
  test('each version has an owner at least, and as many as the other or one less', () => {
    fc.assert(
      fc.property(fc.array(ownersOfOne(), { maxLength: 12 }), fc.nat(), (owners, seed) => {
        const versions = drawn(owners, { share: 1 }, seed);
        owners.forEach(({ length }, image) => {
          if (length < 2) return expect(versions[image]).toBeNull();
          const seconds = versions[image]!.filter((version) => version === 2).length;
          expect(versions[image]).toHaveLength(length);
          expect(new Set(versions[image])).toEqual(new Set([1, 2]));
          expect(seconds).toBe(Math.floor(length / 2));
        });
      }),
    );
  });

  const OWNERS = Array.from({ length: 20 }, (_, image) => (image < 12 ? [0, 3] : [1]));
  const count = (amount: Amount | null): number =>
    drawn(OWNERS, amount, 1).filter((versions) => versions !== null).length;

  test('there are as many as wanted, of those with two owners', () => {
    expect([null, { count: 5 }, { count: 15 }].map(count)).toEqual([0, 5, 12]);
    expect([{ share: 0.5 }, { share: 0.01 }, { share: 1 }].map(count)).toEqual([6, 1, 12]);
  });

  test('which they are, and who holds which, depends on the seed alone', () => {
    const half = { share: 0.5 };
    expect(drawn(OWNERS, half, 7)).toEqual(drawn(OWNERS, half, 7));
    expect(drawn(OWNERS, half, 7)).not.toEqual(drawn(OWNERS, half, 8));
  });
});

describe('of images that are placed', () => {
  const second = (name: string): PlacedImage => ({ name, version: 2 });
  const first = (name: string): PlacedImage => ({ name, version: 1 });

  test('versions are those that are said', () => {
    expect(
      placed([
        ['seeder', 'all'],
        ['mirror', [second('a'), first('b')]],
      ]),
    ).toEqual([[1, 1, 1, 2, 2, 2], null]);
  });

  test('what is said of a peer by its name counts over what is said of its group', () => {
    const said = [
      ['seeder-2', [second('b')]],
      ['seeder-3', 'all'],
      ['seeder', [first('b'), { name: 'a', version: 3 }]],
    ] as const;
    for (const order of [said, said.toReversed()]) {
      expect(placed(order, [0, 1, 2])).toEqual([
        [3, 3, 1],
        [1, 2, 1],
      ]);
    }
  });
});

function ownersOfOne(): fc.Arbitrary<number[]> {
  return fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { minLength: 1 });
}

function drawn(
  owners: readonly number[][],
  differing: Amount | null,
  seed: number,
): ReturnType<typeof drawVersions> {
  const names = owners.map((_, image) => `${image}.png`);
  const images = { ...scenarioOf().images, differing };
  return drawVersions({ images, groups: GROUPS, names }, owners, Random.fromSeed(seed));
}

/** The versions of `a` and `b`, each owned by these peers. */
function placed(
  place: readonly (readonly [string, readonly PlacedImage[] | 'all'])[],
  owners: readonly number[] = [0, 1, 2, 3, 4, 5],
): ReturnType<typeof drawVersions> {
  const images: Images = { ...scenarioOf().images, copies: null, place: new Map(place) };
  const task = { images, groups: GROUPS, names: ['a', 'b'] };
  return drawVersions(task, [owners, owners], Random.fromSeed(1));
}
