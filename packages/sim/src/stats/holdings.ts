import type { Plan } from '../plan/plan.ts';

/**
 * Which images each peer has: those that it owned at the start and those that arrived. Takes memory for
 * each image that a peer has fetched, as the peer itself does.
 */
export class Holdings {
  readonly #plan: Plan;
  readonly #arrived: (Set<number> | null)[];
  /** Peers that have come back without what they owned. */
  readonly #emptied = new Set<number>();

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#arrived = plan.peers.map(() => null);
  }

  /** An image has arrived. Returns whether the peer had it already. */
  add(peer: number, image: number): boolean {
    const arrived = (this.#arrived[peer] ??= new Set());
    if (arrived.has(image)) return true;
    arrived.add(image);
    if (this.#emptied.has(peer)) return false;
    return this.#plan.images[image]?.owners.includes(peer) ?? false;
  }

  /** A peer has lost all that it had. */
  empty(peer: number): void {
    this.#arrived[peer] = null;
    this.#emptied.add(peer);
  }
}
