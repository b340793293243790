import type { Random } from '../../random/random.ts';
import { DisjointSets } from '../../scenario/disjoint-sets.ts';

/**
 * Joins the parts that a topology has fallen into by the fewest edges: a peer of each part but that
 * of the first peer is drawn, and knows one that is drawn from the part joined before it. Changes `starts`.
 */
export function connect(starts: number[][], random: Random): number[][] {
  const [first, ...others] = partsOf(starts);
  let before = first;
  for (const part of others) {
    const peer = part[random.below(part.length)]!;
    starts[peer]!.push(before![random.below(before!.length)]!);
    before = part;
  }
  return starts;
}

/** The peers of each part, rising, in the order of their first ones; edges count both ways. */
function partsOf(starts: readonly (readonly number[])[]): number[][] {
  const sets = new DisjointSets(starts.length);
  starts.forEach((mine, peer) => {
    for (const other of mine) sets.join(peer, other);
  });
  if (sets.sets <= 1) return [];
  const parts = new Map<number, number[]>();
  starts.forEach((_, peer) => {
    const root = sets.find(peer);
    const part = parts.get(root);
    if (part === undefined) parts.set(root, [peer]);
    else part.push(peer);
  });
  return [...parts.values()];
}
