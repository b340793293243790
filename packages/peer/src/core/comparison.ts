import { machineOf, type Address } from '../protocol/address.ts';
import type { ImageStore, ReceivedBody } from './host.ts';

/** A body that may be kept. */
export interface Candidate {
  readonly body: ReceivedBody;
  readonly from: Address;
  /** When its sender was dialled; host time. */
  readonly sinceUs: number;
  /** Machines that have sent these very bytes, as `machineOf` has them. */
  readonly machines: Set<number>;
}

/** A body that `from`, dialled at `sinceUs`, has sent. */
export function makeCandidate(body: ReceivedBody, from: Address, sinceUs: number): Candidate {
  return { body, from, sinceUs, machines: new Set([machineOf(from)]) };
}

/**
 * Bodies of one image from several owners, for formats that do not say where they end. Those of the same
 * bytes are held once, and bodies that differ are never mixed: either may be what its owner has. One machine can
 * have as many addresses as it likes, and does not agree with itself.
 */
export class Comparison {
  readonly #images: ImageStore;
  readonly #held: Candidate[] = [];

  constructor(images: ImageStore) {
    this.#images = images;
  }

  /** How many different bodies are held. */
  get count(): number {
    return this.#held.length;
  }

  /** Takes a body over. Returns the one that it agrees with; null: no other machine has sent the same. */
  add(candidate: Candidate): Candidate | null {
    const same = this.#held.find(({ body }) => body.sha256 === candidate.body.sha256);
    if (same === undefined) {
      this.#held.push(candidate);
      return null;
    }
    this.#images.discard(candidate.body);
    for (const machine of candidate.machines) same.machines.add(machine);
    return same.machines.size > 1 ? same : null;
  }

  /** The longest, of which no other can be a part; null when there is none. */
  longest(): Candidate | null {
    let longest: Candidate | null = null;
    for (const one of this.#held) {
      if (longest === null || one.body.sizeBytes > longest.body.sizeBytes) longest = one;
    }
    return longest;
  }

  /** Lets go of all but `kept`, which the caller takes over. */
  release(kept: Candidate | null): void {
    for (const one of this.#held) if (one !== kept) this.#images.discard(one.body);
    this.#held.length = 0;
  }
}
