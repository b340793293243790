import { peerNumber, type NamedCount } from '../../scenario/peer-names.ts';

/** Who knows whom as written, each edge once. The names are those of peers of the groups. */
export function fromEdges(
  edges: readonly (readonly [from: string, to: string])[],
  groups: readonly NamedCount[],
): number[][] {
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  const starts: number[][] = Array.from({ length: count }, () => []);
  const seen = new Set<number>();
  for (const [fromName, toName] of edges) {
    const [from, to] = [peerNumber(fromName, groups)!, peerNumber(toName, groups)!];
    const key = from * count + to;
    if (seen.has(key)) continue;
    seen.add(key);
    starts[from]!.push(to);
  }
  return starts;
}
