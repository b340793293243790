/** Whom each peer knows by the journal, and whom it has lost and not reached again. */
export class Acquaintances {
  readonly #known: number[][];
  /** When each peer last lost one that it knew. */
  readonly #lostUs = new Map<number, number>();
  /** Peers that each has lost and not reached again, and when. */
  readonly #missed = new Map<number, Map<number, number>>();

  constructor(peers: number) {
    this.#known = Array.from({ length: peers }, () => []);
  }

  /** Numbers of the peers that `peer` has reached and not lost. */
  of(peer: number): readonly number[] {
    return this.#known[peer]!;
  }

  /** When a peer last lost one that it knew; −Infinity: never. */
  lastLossUs(peer: number): number {
    return this.#lostUs.get(peer) ?? -Infinity;
  }

  /** Those that a peer has lost since it came up and not reached again, and when. */
  missedBy(peer: number): ReadonlyMap<number, number> {
    return this.#missed.get(peer) ?? NOBODY;
  }

  reach(peer: number, other: number): void {
    this.#known[peer]!.push(other);
    this.#missed.get(peer)?.delete(other);
  }

  /** Returns whether the peer knew the other one. */
  lose(peer: number, other: number, atUs: number): boolean {
    this.#lostUs.set(peer, atUs);
    const missed = this.#missed.get(peer) ?? new Map<number, number>();
    this.#missed.set(peer, missed.set(other, atUs));
    const known = this.#known[peer]!;
    const index = known.indexOf(other);
    if (index < 0) return false;
    known[index] = known.at(-1)!;
    known.pop();
    return true;
  }

  /** A peer has gone down, and what it knew with it. Returns whom it knew. */
  clear(peer: number): readonly number[] {
    this.#missed.delete(peer);
    const known = this.#known[peer]!;
    this.#known[peer] = [];
    return known;
  }
}

const NOBODY: ReadonlyMap<number, number> = new Map();
