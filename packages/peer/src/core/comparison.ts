import type { Address } from '../protocol/address.ts';
import type { ImageStore, ReceivedBody } from './host.ts';

/** A body that may be kept. */
export interface Candidate {
  readonly body: ReceivedBody;
  readonly from: Address;
  /** When its sender was dialled; host time. */
  readonly sinceUs: number;
  /** How many peers have sent these very bytes. */
  owners: number;
}

/**
 * Bodies of one image from several owners, for formats that do not say where they end. Those of the same
 * bytes are held once, and bodies that differ are never mixed: either may be what its owner has.
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

  /** Takes a body over. Returns the one that it agrees with; null: it is the first of its kind. */
  add(candidate: Candidate): Candidate | null {
    const same = this.#held.find(({ body }) => body.sha256 === candidate.body.sha256);
    if (same === undefined) {
      this.#held.push(candidate);
      return null;
    }
    this.#images.discard(candidate.body);
    same.owners++;
    return same;
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
