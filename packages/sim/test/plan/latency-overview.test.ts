import { describe, expect, test } from 'vitest';
import { latencyOverview } from '../../src/plan/latency-overview.ts';
import { LinkLatency } from '../../src/plan/link-latency.ts';
import { Random } from '../../src/random/random.ts';
import type { LinkLatencies, Network } from '../../src/scenario/scenario.ts';
import { planOf } from '../plans.ts';

const UNIFORM = { kind: 'uniform', from: 10_000, to: 40_000 } as const;

function overviewOf(latencyUs: Network['latencyUs'], seed = 5): ReturnType<typeof latencyOverview> {
  const plan = planOf({});
  const network = { ...plan.scenario.network, latencyUs };
  return latencyOverview({ ...plan, seed, scenario: { ...plan.scenario, network } });
}

describe('the latencies of a plan', () => {
  test('are none where all links are alike', () => {
    expect(overviewOf(20_000)).toEqual([]);
  });

  test('are those that the worlds draw, every link of them in a small mesh', () => {
    const latencyUs: LinkLatencies = { groupSizes: [2, 3, 1], between: [], otherwise: UNIFORM };
    const links = new LinkLatency(latencyUs, Random.fromSeed(5).fork('network'));
    const between = [0, 1].flatMap((a) => [2, 3, 4].map((b) => links.us(a, b)));
    const found = overviewOf(latencyUs);
    // A group of one has no links within.
    expect(found.map(({ from, to }) => [from, to])).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 1],
      [1, 2],
    ]);
    expect(found[0]!.us.least).toBe(links.us(0, 1));
    expect(found[0]!.us.most).toBe(links.us(0, 1));
    const { least, most } = found[1]!.us;
    expect([least, most]).toEqual([Math.min(...between), Math.max(...between)]);
    const inside = [links.us(2, 3), links.us(2, 4), links.us(3, 4)].sort((a, b) => a - b);
    expect(found[3]!.us).toEqual({ least: inside[0], median: inside[1], most: inside[2] });
  });

  test('are a fair sample in a large mesh', () => {
    const sizes = { groupSizes: [50_000, 50_000], between: [] };
    for (const { us } of overviewOf({ ...sizes, otherwise: UNIFORM })) {
      expect(us.least).toBeLessThan(10_100);
      expect(Math.abs(us.median - 25_000)).toBeLessThan(500);
      expect(us.most).toBeGreaterThan(39_900);
    }
  });

  test('are told each way where the two ways differ', () => {
    const one = { kind: 'constant', value: 1 } as const;
    const found = overviewOf({
      groupSizes: [1, 1],
      between: [{ from: 1, to: 0, latency: one }],
      otherwise: UNIFORM,
    });
    expect(found.map(({ from, to, isBothWays }) => [from, to, isBothWays])).toEqual([
      [0, 1, false],
      [1, 0, false],
    ]);
    expect(found[1]!.us).toEqual({ least: 1, median: 1, most: 1 });
  });
});
