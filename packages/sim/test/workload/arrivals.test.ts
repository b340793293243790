import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random/random.ts';
import { Arrivals, Wishes } from '../../src/workload/arrivals.ts';
import { phaseOf, planOf, requestsOf, type PlanParts } from '../plans.ts';

describe('arrivals', () => {
  test('at a constant pace come at even distances and never drift', () => {
    const arrivals = new Arrivals(Random.fromSeed(1), 3, 'constant');
    const times = Array.from({ length: 3_000_000 }, () => arrivals.next());
    expect(times.slice(0, 4)).toEqual([333_333, 666_667, 1_000_000, 1_333_333]);
    expect(times.at(-1)).toBe(1_000_000_000_000);
  });

  test('of a Poisson process keep the rate and vary as one does', () => {
    const arrivals = new Arrivals(Random.fromSeed(4), 1_000, 'poisson');
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
          const arrivals = new Arrivals(Random.fromSeed(seed), perSecond, kind);
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
    const groups = [
      { name: 'a', count: 1, run: null, known: null },
      { name: 'b', count: 2, run: null, known: null },
    ];
    const peers = [{ group: 0 }, { group: 1 }, { group: 1 }];
    const images = [{ owners: [0] }];
    const wishes = drawn({ scenario: { groups }, peers, images }, { from: ['b'] }, 100);
    expect(new Set(wishes.map(({ peer }) => peer))).toEqual(new Set([1, 2]));
  });

  test('with Zipf popularity have one favourite, the same in every phase', () => {
    const popularity = { kind: 'zipf', exponent: 1.2 } as const;
    const images = Array.from({ length: 10 }, () => ({ owners: [0] }));
    const requests = requestsOf({ popularity });
    const phases = [phaseOf({ requests }), phaseOf({ name: 'later', requests })];
    const plan = planOf({ scenario: { phases }, images });
    const favourites = [0, 1].map((phase) => {
      const counts = Array.from({ length: 10 }, () => 0);
      const wishes = new Wishes(plan, phase);
      const random = Random.fromSeed(phase);
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
    const phases = [phaseOf({ requests: requestsOf(requests) })];
    const plan = planOf({ ...parts, scenario: { ...parts.scenario, phases } });
    const wishes = new Wishes(plan, 0);
    const random = Random.fromSeed(77);
    return Array.from({ length: count }, () => wishes.draw(random));
  }
});
