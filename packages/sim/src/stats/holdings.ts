import { versionHeldBy } from '../plan/images.ts';
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

  /**
   * An image has arrived, with these bytes. Returns whether the peer had it already; of an image whose owners
   * do not hold the same, in that version.
   */
  add(peer: number, image: number, sha256: string): boolean {
    const version = this.#versionOf(image, sha256);
    // Unlike for every version of every image.
    const key = image + (version - 1) * this.#plan.images.length;
    const arrived = (this.#arrived[peer] ??= new Set());
    if (arrived.has(key)) return true;
    arrived.add(key);
    if (this.#emptied.has(peer)) return false;
    const planned = this.#plan.images[image];
    if (planned === undefined || !planned.owners.includes(peer)) return false;
    return versionHeldBy(planned, peer) === version;
  }

  #versionOf(image: number, sha256: string): number {
    const others = this.#plan.images[image]?.others ?? [];
    return others.find(({ content }) => content.sha256 === sha256)?.version ?? 1;
  }

  /** A peer has lost all that it had. */
  empty(peer: number): void {
    this.#arrived[peer] = null;
    this.#emptied.add(peer);
  }
}
