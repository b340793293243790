import type { Random } from '../../random/random.ts';
import { EdgeSet } from './edge-set.ts';

/** Draws for a new far end before the edge stays as it is: there may be no other peer left for it. */
const TRIES = 16;

/**
 * Watts and Strogatz, "Collective dynamics of small-world networks", 1998: a ring in which each peer
 * knows the next `degree` / 2, and a share of these edges leads somewhere else. `degree` is even.
 */
export function smallWorld(
  count: number,
  degree: number,
  rewire: number,
  random: Random,
): number[][] {
  const starts: number[][] = Array.from({ length: count }, () => []);
  const reach = Math.min(degree, count - 1) >> 1;
  const edges = new EdgeSet(count, count * reach);
  for (let step = 1; step <= reach; step++) {
    for (let peer = 0; peer < count; peer++) {
      const next = (peer + step) % count;
      edges.add(peer, next);
      starts[peer]!.push(next);
    }
  }
  for (let step = 0; step < reach; step++) {
    for (let peer = 0; peer < count; peer++) {
      if (random.share() >= rewire) continue;
      const far = drawFarEnd(peer, count, edges, random);
      if (far === null) continue;
      edges.delete(peer, starts[peer]![step]!);
      edges.add(peer, far);
      starts[peer]![step] = far;
    }
  }
  return starts;
}

function drawFarEnd(peer: number, count: number, edges: EdgeSet, random: Random): number | null {
  for (let tried = 0; tried < TRIES; tried++) {
    const other = random.below(count);
    if (other !== peer && !edges.has(peer, other)) return other;
  }
  return null;
}
