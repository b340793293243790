import { Random } from '../random/random.ts';
import type { LinkLatencies } from '../scenario/scenario.ts';
import { spreadOf, type Spread } from './graph.ts';
import { LinkLatency } from './link-latency.ts';
import type { Plan } from './plan.ts';

/** How far the peers of two groups are from each other. */
export interface LatencyOverview {
  /** Numbers of groups. */
  readonly from: number;
  readonly to: number;
  /** Whether it holds the other way, too. */
  readonly isBothWays: boolean;
  /** Of their links; where there are very many, of some that are evenly spread among them. */
  readonly us: Spread;
}

/** Links that are looked at, of all pairs of groups together: about 30 ms. */
const MOST_LINKS = 100_000;

/** And of one pair at least. */
const LEAST_LINKS = 20;

/** The latencies between the groups of a plan; empty where all links are alike. */
export function latencyOverview({ scenario, seed }: Plan): LatencyOverview[] {
  const { latencyUs } = scenario.network;
  if (typeof latencyUs === 'number') return [];
  // As in every world.
  const links = new LinkLatency(latencyUs, Random.fromSeed(seed).fork('network'));
  const pairs = pairsOf(latencyUs);
  const most = Math.max(LEAST_LINKS, Math.floor(MOST_LINKS / Math.max(1, pairs.length)));
  const firsts = firstPeers(latencyUs.groupSizes);
  return pairs.map((pair) => {
    const sizes = [latencyUs.groupSizes[pair.from]!, latencyUs.groupSizes[pair.to]!] as const;
    const us = someLinks(sizes, pair.from === pair.to, most).map(([a, b]) =>
      links.us(firsts[pair.from]! + a, firsts[pair.to]! + b),
    );
    return { ...pair, us: spreadOf(us) };
  });
}

/** The pairs of groups between which there are links; twice where the two ways differ. */
function pairsOf({ groupSizes, between }: LinkLatencies): Omit<LatencyOverview, 'us'>[] {
  const cells = new Map(between.map(({ from, to, latency }) => [`${from} ${to}`, latency]));
  return groupSizes.flatMap((size, from) =>
    groupSizes.flatMap((_, to) => {
      if (from === to) return size > 1 ? [{ from, to, isBothWays: true }] : [];
      const isBothWays = cells.get(`${from} ${to}`) === cells.get(`${to} ${from}`);
      return isBothWays && from > to ? [] : [{ from, to, isBothWays }];
    }),
  );
}

/** At most `most` links between peers of two groups, which may be one; each peer by its number within its group. */
function someLinks(
  [size, other]: readonly [number, number],
  isOneGroup: boolean,
  most: number,
): (readonly [number, number])[] {
  const all = isOneGroup ? size * (size - 1) : size * other;
  const count = Math.min(all, most);
  return Array.from({ length: count }, (_, i) => {
    const at = Math.floor((i * all) / count);
    if (!isOneGroup) return [Math.floor(at / other), at % other];
    const from = Math.floor(at / (size - 1));
    // Everybody but the peer itself.
    const to = at % (size - 1);
    return [from, to < from ? to : to + 1];
  });
}

function firstPeers(sizes: readonly number[]): number[] {
  let next = 0;
  return sizes.map((size) => (next += size) - size);
}
