/** Who came to know whom: how fast, and what it comes to at the end. */
import { countReachable, isOurs, type Plan } from '../plan/plan.ts';
import type { KnownPercent } from '../result/result.ts';
import { DisjointSets } from '../scenario/disjoint-sets.ts';

/** In rising order. */
const PERCENTS: readonly KnownPercent[] = ['50', '90', '99', '100'];

/**
 * Pairs of a peer of ours and another that can be known at once: a peer knows all others that can be
 * reached, or as many as it keeps in touch with.
 */
export function countKnowable(plan: Plan): number {
  const others = countReachable(plan) - 1;
  return plan.peers
    .filter(isOurs)
    .reduce((sum, { known }) => sum + Math.max(0, Math.min(known, others)), 0);
}

/** When shares of all that can be known were known for the first time. Costs next to nothing a pair. */
export class KnowledgeTimes {
  /** Pairs at which each share is reached. */
  readonly #wanted: readonly number[];
  readonly #timesUs: number[] = [];

  /** @param knowable pairs that can be known at once; with none of them all is known from the start */
  constructor(knowable: number) {
    this.#wanted = PERCENTS.map((percent) => Math.ceil((knowable * Number(percent)) / 100));
    this.note(0, 0);
  }

  /** So many pairs are known now. */
  note(pairs: number, atUs: number): void {
    while (pairs >= (this.#wanted[this.#timesUs.length] ?? Infinity)) this.#timesUs.push(atUs);
  }

  /** Seconds from the start; null for a share that was never reached. */
  get seconds(): Readonly<Record<KnownPercent, number | null>> {
    const seconds = (at: number): number | null => {
      const timeUs = this.#timesUs[at];
      return timeUs === undefined ? null : timeUs / 1e6;
    };
    return { 50: seconds(0), 90: seconds(1), 99: seconds(2), 100: seconds(3) };
  }
}

/** What the knowledge at the end comes to. */
export interface KnowledgeAtEnd {
  /** Parts that our peers that are up fall into. */
  readonly components: number;
  /** Our peers in the largest of them. */
  readonly largestComponent: number;
  /** Pairs of a peer of ours that is up and one that it knows and that is down. */
  readonly stale: number;
}

/**
 * Looks at who knows whom. Two of our peers are in one part when a way leads from one to the other, along
 * who knows whom in either direction, over peers that are up. Other programs join those that know them; a
 * peer that misbehaves joins nobody, for it may keep what it knows to itself. Costs the pairs.
 * @param knownBy numbers of the peers that a peer knows
 */
export function knowledgeAtEnd(
  plan: Plan,
  knownBy: (peer: number) => readonly number[],
  isUp: (peer: number) => boolean,
): KnowledgeAtEnd {
  const parts = new DisjointSets(plan.peers.length);
  const members = plan.peers.flatMap((peer, number) =>
    isOurs(peer) && isUp(number) ? [number] : [],
  );
  let stale = 0;
  for (const peer of members) {
    for (const other of knownBy(peer)) {
      if (!isUp(other)) stale++;
      else if (plan.peers[other]!.behavior === null) parts.join(peer, other);
    }
  }
  return { ...sizesOf(parts, members, plan.peers.length), stale };
}

function sizesOf(
  parts: DisjointSets,
  members: readonly number[],
  count: number,
): Omit<KnowledgeAtEnd, 'stale'> {
  const sizes = new Int32Array(count);
  let components = 0;
  let largestComponent = 0;
  for (const peer of members) {
    const size = ++sizes[parts.find(peer)]!;
    if (size === 1) components++;
    largestComponent = Math.max(largestComponent, size);
  }
  return { components, largestComponent };
}
