import type { Random } from '../../random/random.ts';
import { DisjointSets } from '../../scenario/disjoint-sets.ts';
import { EdgeSet } from './edge-set.ts';
import { full } from './regular-shapes.ts';

/** Tries to mend one pair of ends before all is drawn again. */
const TRIES = 200;

/** Drawings before the shape is no longer drawn but only its peers. Beyond four peers the first nearly always does. */
const DRAWINGS = 20;

/** Edges without a direction: edge i joins the peers 2i and 2i + 1 of the list. */
type Ends = Int32Array;

/**
 * Each peer has exactly `degree` neighbours, which count × degree must be even for. One end of an
 * edge, drawn, knows the other. With `connected` and a degree from 2 it is in one part.
 */
export function randomRegular(
  count: number,
  degree: number,
  connected: boolean,
  random: Random,
): number[][] {
  // Beyond half of all edges it is easier to draw which ones are not there.
  if (degree > (count - 1) / 2) return complement(count, degree, random);
  const ends = drawEnds(count, degree, random);
  if (connected) joinParts(ends, count);
  return startsOf(ends, count);
}

function complement(count: number, degree: number, random: Random): number[][] {
  const absent = drawEnds(count, count - 1 - degree, random);
  const without = startsOf(absent, count).map((mine) => new Set(mine));
  return full(count).map((others, peer) =>
    others.filter((other) => {
      if (without[peer]!.has(other) || without[other]!.has(peer)) return false;
      // Each edge once; which end knows the other must not depend on who comes first.
      return (peer + other) % 2 === 0 ? peer < other : peer > other;
    }),
  );
}

function startsOf(ends: Ends, count: number): number[][] {
  const starts: number[][] = Array.from({ length: count }, () => []);
  for (let i = 0; i < ends.length; i += 2) starts[ends[i]!]!.push(ends[i + 1]!);
  return starts;
}

function drawEnds(count: number, degree: number, random: Random): Ends {
  for (let drawing = 0; drawing < DRAWINGS; drawing++) {
    const ends = shuffledEnds(count, degree, random);
    if (mend(ends, count, random)) return ends;
  }
  return circulant(count, degree, random);
}

/** `degree` ends of each peer in a random order: a pairing, with loops and double edges. */
function shuffledEnds(count: number, degree: number, random: Random): Ends {
  const ends = new Int32Array(count * degree);
  for (let i = 0; i < ends.length; i++) ends[i] = Math.floor(i / degree);
  for (let i = ends.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const end = ends[i]!;
    ends[i] = ends[j]!;
    ends[j] = end;
  }
  return ends;
}

/** Exchanges ends until there are no loops and double edges; false when that was tried in vain. */
function mend(ends: Ends, count: number, random: Random): boolean {
  const edges = new EdgeSet(count, ends.length / 2);
  const faulty = new Set<number>();
  for (let i = 0; i < ends.length; i += 2) {
    const [a, b] = [ends[i]!, ends[i + 1]!];
    if (a === b || !edges.add(a, b)) faulty.add(i);
  }
  return [...faulty].every((edge) => mendEdge(edge, { ends, edges, faulty }, random));
}

/** A pairing while it is mended: its good edges, and the places of those that are not. */
interface Pairing {
  readonly ends: Ends;
  readonly edges: EdgeSet;
  readonly faulty: Set<number>;
}

/** Gives a faulty edge the second end of a good one, and that one its own. */
function mendEdge(edge: number, pairing: Pairing, random: Random): boolean {
  const { ends, edges, faulty } = pairing;
  const [a, b] = [ends[edge]!, ends[edge + 1]!];
  for (let tried = 0; tried < TRIES; tried++) {
    const drawn = random.below(ends.length);
    const other = drawn - (drawn % 2);
    const [c, d] = [ends[drawn]!, ends[drawn ^ 1]!];
    if (faulty.has(other) || a === c || b === d || edges.has(a, c) || edges.has(b, d)) continue;
    edges.delete(c, d);
    edges.add(a, c);
    edges.add(b, d);
    faulty.delete(edge);
    ends[edge + 1] = c;
    ends[other] = b;
    ends[other + 1] = d;
    return true;
  }
  return false;
}

/** The regular shape that always exists: peers in a random round, each with its nearest ones. */
function circulant(count: number, degree: number, random: Random): Ends {
  const round = random.shuffle(Array.from({ length: count }, (_, peer) => peer));
  const ends: number[] = [];
  for (let step = 1; step <= degree >> 1; step++) {
    for (let i = 0; i < count; i++) ends.push(round[i]!, round[(i + step) % count]!);
  }
  const half = count / 2;
  if (degree % 2 === 1) for (let i = 0; i < half; i++) ends.push(round[i]!, round[i + half]!);
  return Int32Array.from(ends);
}

/**
 * Makes one part of all without changing a degree: two edges of two parts exchange ends. One of them
 * closes a circle, so that its part stays whole without it; the other part hangs on what it gets.
 */
function joinParts(ends: Ends, count: number): void {
  const sets = new DisjointSets(count);
  const closing: number[] = [];
  for (let i = 0; i < ends.length; i += 2) {
    if (!sets.join(ends[i]!, ends[i + 1]!)) closing.push(i);
  }
  const ofPart = new Map<number, number>();
  for (const edge of closing) {
    const part = sets.find(ends[edge]!);
    if (!ofPart.has(part)) ofPart.set(part, edge);
  }
  const [first, ...others] = ofPart.values();
  for (const edge of others) {
    const end = ends[first! + 1]!;
    ends[first! + 1] = ends[edge]!;
    ends[edge] = end;
  }
}
