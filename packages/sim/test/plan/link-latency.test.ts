import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LinkLatency } from '../../src/plan/link-latency.ts';
import type { Distribution } from '../../src/random/distributions.ts';
import { Random } from '../../src/random/random.ts';
import { Relay } from '../../src/relay/relay.ts';
import type { LinkLatencies } from '../../src/scenario/scenario.ts';
import { World } from '../../src/virtual/world.ts';

const UNIFORM: Distribution = { kind: 'uniform', from: 10_000, to: 40_000 };
const NORMAL: Distribution = { kind: 'normal', mean: 40_000, deviation: 10_000 };

function linksOf(latencies: Partial<LinkLatencies>, seed = 1): LinkLatency {
  const all = { groupSizes: [100_000], between: [], otherwise: null, ...latencies };
  return new LinkLatency(all, Random.fromSeed(seed));
}

/** Of the links of the first 200 peers, in order. */
function manyOf(links: LinkLatency): number[] {
  const drawn: number[] = [];
  for (let from = 0; from < 200; from++) {
    for (let to = 0; to < from; to++) drawn.push(links.us(from, to));
  }
  return drawn.sort((a, b) => a - b);
}

function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}

describe('the latency of a link', () => {
  test('is the same for the same seed, on every machine', () => {
    const links = linksOf({ otherwise: UNIFORM }, 42);
    const drawn = [links.us(0, 1), links.us(1, 2), links.us(0, 2), links.us(99_998, 99_999)];
    expect(drawn).toMatchInlineSnapshot(`
      [
        28511,
        30277,
        39304,
        16917,
      ]
    `);
  });

  test('is the same both ways and whenever it is asked for, in whole microseconds', () => {
    const peer = fc.nat(99_999);
    const links = linksOf({ otherwise: NORMAL });
    fc.assert(
      fc.property(peer, peer, (a, b) => {
        const us = links.us(a, b);
        expect(Number.isInteger(us)).toBe(true);
        expect([links.us(b, a), linksOf({ otherwise: NORMAL }).us(a, b)]).toEqual([us, us]);
      }),
      { numRuns: 50 },
    );
  });

  test('is another for another seed, and for another link of the same peer', () => {
    const [one, other] = [1, 2].map((seed) => linksOf({ otherwise: UNIFORM }, seed));
    const of = (links: LinkLatency): number[] =>
      Array.from({ length: 100 }, (_, to) => links.us(7, 1_000 + to));
    expect(new Set([...of(one!), ...of(other!)]).size).toBeGreaterThan(195);
  });

  test('has the uniform distribution that is asked for', () => {
    const drawn = manyOf(linksOf({ otherwise: UNIFORM }));
    expect(drawn[0]).toBeGreaterThanOrEqual(10_000);
    expect(drawn.at(-1)).toBeLessThanOrEqual(40_000);
    const deciles = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => drawn[(drawn.length * i) / 10]!);
    deciles.forEach((us, i) => expect(Math.abs(us - 13_000 - i * 3_000)).toBeLessThan(500));
  });

  test('has the normal distribution that is asked for, and is never below 0', () => {
    const drawn = manyOf(linksOf({ otherwise: NORMAL }));
    const mean = meanOf(drawn);
    const deviation = Math.sqrt(meanOf(drawn.map((us) => (us - mean) ** 2)));
    expect(Math.abs(mean - 40_000)).toBeLessThan(300);
    expect(Math.abs(deviation - 10_000)).toBeLessThan(300);
    const wide = manyOf(linksOf({ otherwise: { ...NORMAL, deviation: 80_000 } }));
    // Three of ten are more than half a deviation below the mean.
    const zeros = wide.filter((us) => us === 0).length / wide.length;
    expect(Math.abs(zeros - 0.3085)).toBeLessThan(0.02);
    expect(wide[0]).toBe(0);
  });

  test('of peers near one another in number is not alike', () => {
    const links = linksOf({ otherwise: { kind: 'uniform', from: 0, to: 1_000_000 } });
    let products = 0;
    for (let i = 0; i < 10_000; i++) {
      products += (links.us(5, i + 10) - 500_000) * (links.us(5, i + 11) - 500_000);
    }
    expect(Math.abs(products / 10_000 / (1e12 / 12))).toBeLessThan(0.04);
  });

  test('is no number that no clock can count, whatever is drawn', () => {
    const links = linksOf({ otherwise: { kind: 'pareto', median: 1e6, shape: 0.1 } });
    expect(manyOf(links).at(-1)).toBe(1e12);
  });

  test('is 0 to oneself, and to who is no peer', () => {
    const links = linksOf({ groupSizes: [3], otherwise: UNIFORM });
    expect([links.us(1, 1), links.us(-1, 1), links.us(1, -1), links.us(1, 3)]).toEqual([
      0, 0, 0, 0,
    ]);
  });
});

describe('between groups', () => {
  const constant = (value: number): Distribution => ({ kind: 'constant', value });
  const links = linksOf({
    groupSizes: [2, 1, 3],
    between: [
      { from: 0, to: 2, latency: constant(5) },
      { from: 2, to: 0, latency: constant(6) },
      { from: 2, to: 2, latency: UNIFORM },
    ],
    otherwise: constant(7),
  });

  test('the groups of both ends count, and the rest is otherwise', () => {
    expect([links.us(0, 3), links.us(1, 5), links.us(3, 0)]).toEqual([5, 5, 6]);
    expect([links.us(0, 1), links.us(0, 2), links.us(2, 5)]).toEqual([7, 7, 7]);
    expect(links.us(3, 5)).toBe(links.us(5, 3));
    expect(links.us(3, 5)).toBeGreaterThanOrEqual(10_000);
  });
});

test('the virtual world and the relay draw the same for the same seed', () => {
  const latencyUs: LinkLatencies = {
    groupSizes: [20, 20],
    between: [{ from: 0, to: 1, latency: UNIFORM }],
    otherwise: NORMAL,
  };
  const bare = { jitterUs: 0, bandwidthBytesPerSecond: 0, loss: 0, segments: 'natural' } as const;
  const network = { latencyUs, ...bare };
  const [world, relay] = [new World(11, network), new Relay(11, network)];
  const another = new Relay(12, network);
  let same = 0;
  for (let from = 0; from < 40; from++) {
    for (let to = 0; to < from; to++) {
      const us = relay.network!.latencyUs(from, to);
      expect(world.network.delayUs(from, to)).toBe(us);
      if (another.network!.latencyUs(from, to) === us) same++;
    }
  }
  expect(same).toBeLessThan(5);
});
