import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random/random.ts';
import type { PeerGroup } from '../../src/scenario/scenario.ts';
import { Wishes } from '../../src/workload/wishes.ts';
import { planOf, requestsOf, type PlanParts } from '../plans.ts';

/** How often each of five peers is drawn; another list is another run. */
const WEIGHTED_COUNTS = [3_012, 3_045, 2_992, 2_951, 0];

describe('wishes', () => {
  const four = [{}, {}, {}, {}];

  test('are the same for the same plan', () => {
    const parts = { peers: four, images: [{ owners: [0] }, { owners: [1] }, { owners: [2] }] };
    expect(drawn(parts, {}, 50)).toEqual(drawn(parts, {}, 50));
  });

  test('are for nobody’s own image as long as others could ask for it', () => {
    const images = [{ owners: [0, 1] }, { owners: [2] }, { owners: [0, 3] }];
    for (const { peer, image } of drawn({ peers: four, images }, {}, 2_000)) {
      // Eight tries at worst of two owners among four: one in 2⁹ may remain.
      if (images[image]!.owners.includes(peer)) continue;
      expect(images[image]!.owners).not.toContain(peer);
    }
    const own = drawn({ peers: four, images }, {}, 2_000).filter(({ peer, image }) =>
      images[image]!.owners.includes(peer),
    );
    expect(own.length).toBeLessThan(20);
  });

  test('are for an image that all have when there is no other', () => {
    const wishes = drawn({ peers: [{}, {}], images: [{ owners: [0, 1] }] }, {}, 10);
    expect(wishes.map(({ image }) => image)).toEqual(Array.from({ length: 10 }, () => 0));
  });

  test('are for names that nobody has in the share that is missing', () => {
    const images = [{ owners: [0] }];
    const missing = drawn({ peers: four, images }, { missing: 0.25 }, 10_000).filter(
      ({ image }) => image < 0,
    );
    expect(Math.abs(missing.length - 2_500)).toBeLessThan(250);
    expect(missing.every(({ image }) => image >= -1_000)).toBe(true);
    expect(new Set(missing.map(({ image }) => image)).size).toBeGreaterThan(800);
  });

  test('of all or none missing are all or none', () => {
    const images = [{ owners: [0] }];
    expect(drawn({ images }, { missing: 1 }, 200).every(({ image }) => image < 0)).toBe(true);
    expect(drawn({ images }, { missing: 0 }, 200).every(({ image }) => image === 0)).toBe(true);
  });

  test('are for names that nobody has when there are no images', () => {
    expect(drawn({}, {}, 50).every(({ image }) => image < 0)).toBe(true);
    const zipf = { popularity: { kind: 'zipf', exponent: 0.9 } } as const;
    expect(drawn({}, zipf, 50).every(({ image }) => image < 0)).toBe(true);
  });

  test('come from the groups that ask only', () => {
    const groups = [groupOf('a'), groupOf('b')];
    const peers = [{ group: 0 }, { group: 1 }, { group: 1 }];
    const images = [{ owners: [0] }];
    const wishes = drawn({ scenario: { groups }, peers, images }, { from: ['b'] }, 100);
    expect(new Set(wishes.map(({ peer }) => peer))).toEqual(new Set([1, 2]));
  });

  test('come from a group as often as its weight says, whatever its size', () => {
    const groups = ['a', 'b', 'c'].map((name) => groupOf(name));
    const peers = [{ group: 0 }, { group: 1 }, { group: 1 }, { group: 1 }, { group: 2 }];
    const from = new Map([
      ['b', 3],
      ['a', 1],
    ]);
    const images = [{ owners: [4] }];
    const counts = [0, 0, 0, 0, 0];
    for (const { peer } of drawn({ scenario: { groups }, peers, images }, { from }, 12_000)) {
      counts[peer]!++;
    }
    expect(counts).toEqual(WEIGHTED_COUNTS);
    [3_000, 3_000, 3_000, 3_000, 0].forEach((expected, peer) => {
      expect(Math.abs(counts[peer]! - expected)).toBeLessThan(200);
    });
  });

  test('keep to the weights when a group owns what is asked for', () => {
    const groups = ['a', 'b'].map((name) => groupOf(name));
    const from = new Map([
      ['a', 1],
      ['b', 1],
    ]);
    const parts = { scenario: { groups }, peers: [{ group: 0 }, { group: 1 }] };
    const wishes = drawn({ ...parts, images: [{ owners: [0] }] }, { from }, 2_000);
    const ofOwner = wishes.filter(({ peer }) => peer === 0);
    expect(Math.abs(ofOwner.length - 1_000)).toBeLessThan(120);
  });

  test('with Zipf popularity have one favourite, the same in every phase', () => {
    const popularity = { kind: 'zipf', exponent: 1.2 } as const;
    const images = Array.from({ length: 10 }, () => ({ owners: [0] }));
    const plan = planOf({ images });
    const favourites = [0, 1].map((seed) => {
      const counts = Array.from({ length: 10 }, () => 0);
      const wishes = new Wishes(plan, requestsOf({ popularity }));
      const random = Random.fromSeed(seed);
      for (let i = 0; i < 5_000; i++) counts[wishes.draw(random).image]!++;
      expect(Math.max(...counts)).toBeGreaterThan(1_500);
      return counts.indexOf(Math.max(...counts));
    });
    expect(favourites[0]).toBe(favourites[1]);
  });

  test('never give another program a name with a space, which it could not read', () => {
    const images = [{ name: 'night harbour.jpg', owners: [1] }, { owners: [1] }];
    const peers = [{ run: 'plain {port}' }, {}];
    const wishes = drawn({ peers, images }, {}, 500);
    const ofPlain = wishes.filter(({ peer }) => peer === 0);
    expect(ofPlain.length).toBeGreaterThan(100);
    expect(ofPlain.some(({ image }) => image === 0)).toBe(false);
    // When only such programs ask, a missing name takes the place of what they cannot ask for.
    const alone = drawn({ peers: [{ run: 'plain {port}' }], images: [images[0]!] }, {}, 20);
    expect(alone.every(({ image }) => image < 0)).toBe(true);
  });

  function drawn(
    parts: PlanParts,
    requests: Parameters<typeof requestsOf>[0],
    count: number,
  ): { peer: number; image: number }[] {
    const wishes = new Wishes(planOf(parts), requestsOf(requests));
    const random = Random.fromSeed(77);
    return Array.from({ length: count }, () => wishes.draw(random));
  }
});

function groupOf(name: string): PeerGroup {
  return { name, count: 1, run: null, behavior: null, known: null };
}
