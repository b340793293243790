import type { Random } from '../random/random.ts';
import type { Topology } from '../scenario/scenario.ts';

/**
 * Who knows whom at the start: for each peer the numbers of those it greets first. Every kind is
 * connected when edges are taken both ways, as they are once peers announce themselves.
 */
export function makeTopology(
  topology: Topology,
  names: readonly string[],
  random: Random,
): number[][] {
  const count = names.length;
  switch (topology.kind) {
    case 'full':
      return names.map((_, peer) => others(count, peer));
    case 'ring':
      return names.map((_, peer) => (count > 1 ? [(peer + 1) % count] : []));
    case 'line':
      return names.map((_, peer) => (peer + 1 < count ? [peer + 1] : []));
    case 'star':
      return names.map((_, peer) => (peer > 0 ? [0] : []));
    case 'random':
      return randomTopology(count, topology.degree, random);
    case 'edges':
      return fromEdges(topology.edges, names);
  }
}

function others(count: number, peer: number): number[] {
  const all: number[] = [];
  for (let other = 0; other < count; other++) if (other !== peer) all.push(other);
  return all;
}

/** `degree` others each: the next on one random round through all, which connects them, and random ones. */
function randomTopology(count: number, degree: number, random: Random): number[][] {
  const round = random.shuffle(Array.from({ length: count }, (_, peer) => peer));
  const starts: number[][] = Array.from({ length: count }, () => []);
  if (count < 2) return starts;
  for (let i = 0; i < count; i++) {
    const peer = round[i]!;
    const mine = starts[peer]!;
    mine.push(round[(i + 1) % count]!);
    const wanted = Math.min(Math.max(1, degree), count - 1);
    while (mine.length < wanted) {
      const other = random.below(count);
      if (other !== peer && !mine.includes(other)) mine.push(other);
    }
  }
  return starts;
}

function fromEdges(
  edges: readonly (readonly [string, string])[],
  names: readonly string[],
): number[][] {
  const numbers = new Map(names.map((name, peer) => [name, peer]));
  const starts: number[][] = names.map(() => []);
  for (const [from, to] of edges) {
    const mine = starts[numbers.get(from)!]!;
    const other = numbers.get(to)!;
    if (!mine.includes(other)) mine.push(other);
  }
  return starts;
}
