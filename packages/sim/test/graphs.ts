/** Figures of graphs, taken in the plainest way: what the lab counts faster is held against these. */

/** For each peer the numbers of those it knows. */
export type Starts = readonly (readonly number[])[];

/** Every edge once, whichever end knows the other: `3-7`. */
export function edgesOf(starts: Starts): Set<string> {
  const edges = new Set<string>();
  starts.forEach((mine, peer) => {
    for (const other of mine) edges.add(`${Math.min(peer, other)}-${Math.max(peer, other)}`);
  });
  return edges;
}

/** Whom each peer has an edge with, either way. */
export function neighboursOf(starts: Starts): Set<number>[] {
  const neighbours = starts.map(() => new Set<number>());
  starts.forEach((mine, peer) => {
    for (const other of mine) {
      neighbours[peer]!.add(other);
      neighbours[other]!.add(peer);
    }
  });
  return neighbours;
}

/** How many neighbours each peer has. */
export function degreesOf(starts: Starts): number[] {
  return neighboursOf(starts).map((mine) => mine.size);
}

/** Steps from one peer to each other; Infinity where there is no way. */
export function distancesFrom(peer: number, neighbours: readonly Set<number>[]): number[] {
  const distances = neighbours.map(() => Infinity);
  distances[peer] = 0;
  const reached = [peer];
  for (const at of reached) {
    for (const next of neighbours[at]!) {
      if (distances[next]! < Infinity) continue;
      distances[next] = distances[at]! + 1;
      reached.push(next);
    }
  }
  return distances;
}

/** How many parts there are when edges are taken both ways. */
export function partsIn(starts: Starts): number {
  const neighbours = neighboursOf(starts);
  const seen = new Set<number>();
  let parts = 0;
  for (const peer of starts.keys()) {
    if (seen.has(peer)) continue;
    parts++;
    distancesFrom(peer, neighbours).forEach((distance, other) => {
      if (distance < Infinity) seen.add(other);
    });
  }
  return parts;
}

/** Steps between two peers on average, from every `every`th one to all others. */
export function meanDistance(starts: Starts, every: number): number {
  const neighbours = neighboursOf(starts);
  const sources = [...starts.keys()].filter((peer) => peer % every === 0);
  const sums = sources.map((peer) =>
    distancesFrom(peer, neighbours).reduce((sum, distance) => sum + distance, 0),
  );
  return sums.reduce((sum, one) => sum + one, 0) / (sources.length * (starts.length - 1));
}
