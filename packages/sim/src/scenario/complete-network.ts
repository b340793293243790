import { completeDistribution } from './complete-distribution.ts';
import type { GroupsLatency, LinkLatencies, Network, PeerGroup } from './scenario.ts';
import type { DrawnSection, LatencyMap, NetworkSection } from './scenario-file.ts';

/** The network of a section that has been checked. */
export function completeNetwork(network: NetworkSection, groups: readonly PeerGroup[]): Network {
  const { latency } = network;
  return {
    latencyUs: typeof latency === 'number' ? latency : completeLatency(latency, groups),
    jitterUs: network.jitter,
    bandwidthBytesPerSecond: network.bandwidth ?? 0,
    loss: network.loss,
    segments: network.segments,
    ...(network.order === 'random' && { order: network.order }),
  };
}

function completeLatency(
  { between, otherwise, ...drawn }: LatencyMap,
  groups: readonly PeerGroup[],
): LinkLatencies {
  const rest = between === undefined ? drawn : otherwise;
  return {
    groupSizes: groups.map(({ count }) => count),
    between: between === undefined ? [] : completeMatrix(between, groups),
    otherwise: rest === undefined ? null : completeDistribution(rest),
  };
}

function completeMatrix(
  rows: Record<string, Record<string, DrawnSection>>,
  groups: readonly PeerGroup[],
): GroupsLatency[] {
  const numbers = new Map(groups.map(({ name }, number) => [name, number]));
  const written = new Map(
    Object.entries(rows).map(([from, row]) => [from, new Map(Object.entries(row))]),
  );
  return [...written].flatMap(([from, row]) =>
    [...row].flatMap(([to, cell]) => {
      const there = {
        from: numbers.get(from)!,
        to: numbers.get(to)!,
        latency: completeDistribution(cell),
      };
      const isOneWay = from !== to && written.get(to)?.get(from) === undefined;
      return isOneWay ? [there, { ...there, from: there.to, to: there.from }] : [there];
    }),
  );
}
