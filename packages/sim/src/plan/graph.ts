/** Figures of who knows whom, with edges taken both ways and each once. */

/** See the head of this file. */
export interface GraphFigures {
  readonly edges: number;
  /** How many neighbours peers have. */
  readonly degrees: Spread;
  /** Sets of peers between which there is no way; 1: each can be found from each. */
  readonly parts: number;
  /** Peers in the largest part. */
  readonly largestPart: number;
  /**
   * Steps between the two peers of the largest part that are farthest from each other. In a large
   * graph only bounds may be known: then `least` < `most`.
   */
  readonly diameter: { readonly least: number; readonly most: number };
}

/** The ends and the middle of some numbers; all 0 when there are none. */
export interface Spread {
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

/** Ends of edges that are looked at for the diameter: about a third of a second. */
const BUDGET = 40_000_000;

/** Takes the figures of a graph: for each peer those it knows. Costs the edges, and the budget at most. */
export function graphFigures(
  starts: readonly (readonly number[])[],
  budget: number = BUDGET,
): GraphFigures {
  const graph = new Neighbours(starts);
  const { parts, largest } = partsOf(graph);
  const search = new Search(graph, budget);
  return {
    edges: graph.ends.length / 2,
    degrees: spreadOf(Float64Array.from(starts, (_, peer) => graph.degree(peer))),
    parts,
    largestPart: largest.length,
    diameter: diameterOf(search, largest),
  };
}

/** Least, median (the lower one of two) and most of some numbers. */
export function spreadOf(numbers: ArrayLike<number>): Spread {
  const sorted = Float64Array.from(numbers).sort();
  if (sorted.length === 0) return { least: 0, median: 0, most: 0 };
  const median = sorted[(sorted.length - 1) >> 1]!;
  return { least: sorted[0]!, median, most: sorted.at(-1)! };
}

/** For each peer the peers it has an edge with, in one array. */
class Neighbours {
  readonly count: number;
  /** Those of peer p are from `offsets[p]` up to `offsets[p + 1]`. */
  readonly offsets: Int32Array;
  readonly ends: Int32Array;

  constructor(starts: readonly (readonly number[])[]) {
    this.count = starts.length;
    const incoming = reversed(starts);
    this.offsets = new Int32Array(this.count + 1);
    const ends = new Int32Array(2 * incoming.ends.length);
    // For each peer the last one that it was found beside: an edge may be known at both ends.
    const seenBy = new Int32Array(this.count).fill(-1);
    let filled = 0;
    const add = (peer: number, other: number): void => {
      if (seenBy[other] === peer) return;
      seenBy[other] = peer;
      ends[filled++] = other;
    };
    for (let peer = 0; peer < this.count; peer++) {
      for (const other of starts[peer]!) add(peer, other);
      for (let i = incoming.offsets[peer]!; i < incoming.offsets[peer + 1]!; i++) {
        add(peer, incoming.ends[i]!);
      }
      this.offsets[peer + 1] = filled;
    }
    this.ends = ends.subarray(0, filled);
  }

  degree(peer: number): number {
    return this.offsets[peer + 1]! - this.offsets[peer]!;
  }
}

/** For each peer those that know it, in the form of `Neighbours`. */
function reversed(starts: readonly (readonly number[])[]): {
  readonly offsets: Int32Array;
  readonly ends: Int32Array;
} {
  const offsets = new Int32Array(starts.length + 1);
  for (const mine of starts) for (const other of mine) offsets[other + 1]!++;
  for (let i = 1; i < offsets.length; i++) offsets[i]! += offsets[i - 1]!;
  const ends = new Int32Array(offsets.at(-1)!);
  const next = offsets.slice();
  starts.forEach((mine, peer) => {
    for (const other of mine) ends[next[other]!++] = peer;
  });
  return { offsets, ends };
}

/** How many parts there are, and the peers of the largest one (the first of several). */
function partsOf(graph: Neighbours): { parts: number; largest: Int32Array } {
  const search = new Search(graph, Infinity);
  const seen = new Uint8Array(graph.count);
  let parts = 0;
  let largest = new Int32Array();
  for (let peer = 0; peer < graph.count; peer++) {
    if (seen[peer]) continue;
    parts++;
    search.from(peer);
    const part = search.reached;
    for (const other of part) seen[other] = 1;
    if (part.length > largest.length) largest = part.slice();
  }
  return { parts, largest };
}

/** Breadth-first searches, all in the same arrays. */
class Search {
  /** How many ends of edges may still be looked at before one gives up. */
  left: number;
  readonly #graph: Neighbours;
  readonly #queue: Int32Array;
  readonly #distances: Int32Array;
  #filled = 0;

  constructor(graph: Neighbours, budget: number) {
    this.left = budget;
    this.#graph = graph;
    this.#queue = new Int32Array(graph.count);
    this.#distances = new Int32Array(graph.count).fill(-1);
  }

  /** Peers that the last search has reached, nearest first; changed by the next one. */
  get reached(): Int32Array {
    return this.#queue.subarray(0, this.#filled);
  }

  /** Steps from where the last search began to a peer; −1: there is no way. */
  distance(peer: number): number {
    return this.#distances[peer]!;
  }

  /** Searches from a peer; returns the steps to the farthest one, which is the last that is reached. */
  from(peer: number): number {
    const { offsets, ends } = this.#graph;
    for (const other of this.reached) this.#distances[other] = -1;
    this.#distances[peer] = 0;
    this.#queue[0] = peer;
    this.#filled = 1;
    for (let at = 0; at < this.#filled; at++) {
      const here = this.#queue[at]!;
      const next = this.#distances[here]! + 1;
      for (let i = offsets[here]!; i < offsets[here + 1]!; i++) {
        const other = ends[i]!;
        if (this.#distances[other] !== -1) continue;
        this.#distances[other] = next;
        this.#queue[this.#filled++] = other;
      }
      this.left -= offsets[here + 1]! - offsets[here]! + 1;
    }
    return this.#distances[this.#queue[this.#filled - 1]!]!;
  }
}

/**
 * The diameter of a connected part (Crescenzi and others, "On computing the diameter of real-world
 * undirected graphs", 2013): from a peer in the middle, search from the farthest ones inwards. Once all
 * at distance d have been tried, no two of the others are more than 2 (d − 1) apart.
 */
function diameterOf(search: Search, part: Int32Array): GraphFigures['diameter'] {
  if (part.length < 2) return { least: 0, most: 0 };
  const middle = findMiddle(search, part[0]!);
  let least = middle.least;
  let level = search.from(middle.peer);
  let most = 2 * level;
  const byDistance = search.reached.slice();
  const distances = Int32Array.from(byDistance, (peer) => search.distance(peer));
  for (let at = byDistance.length - 1; least < most; at--) {
    if (distances[at]! < level) {
      level = distances[at]!;
      most = Math.max(least, 2 * level);
      if (least >= most) break;
    }
    if (search.left <= 0) break;
    least = Math.max(least, search.from(byDistance[at]!));
  }
  return { least: Math.min(least, most), most };
}

/** A peer halfway between two that are far apart, and how far they are. */
function findMiddle(search: Search, start: number): { peer: number; least: number } {
  search.from(start);
  const one = search.reached.at(-1)!;
  const least = search.from(one);
  const other = search.reached.at(-1)!;
  const fromOne = search.reached.filter((peer) => search.distance(peer) === least >> 1);
  search.from(other);
  const isBetween = (peer: number): boolean => search.distance(peer) === least - (least >> 1);
  return { peer: fromOne.find(isBetween) ?? start, least };
}
