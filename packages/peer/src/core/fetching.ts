/** What a fetch of an image is to its caller; `Search` does the work. */
import type { Address } from '../protocol/address.ts';
import type { Completeness } from '../protocol/picture.ts';
import type { Attempt } from './asking.ts';
import type { Host, KeptImage } from './host.ts';

/** How a fetch ended. `no-peers`: there was nobody to ask. */
export type FetchOutcome = 'found' | 'not-found' | 'no-peers' | 'failed' | 'cancelled';

/**
 * What speaks for an image being all of it. `whole`: its own structure; `agreed`: its structure says nothing,
 * but several machines sent the same bytes; `unverified`: neither.
 */
export type Assurance = 'whole' | 'agreed' | 'unverified';

/** An image that has been fetched and kept. */
export interface FetchedImage extends KeptImage {
  readonly from: Address;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** What the structure says. */
  readonly completeness: Completeness;
  /** What the structure and the other owners say. */
  readonly assurance: Assurance;
  /** How many machines sent these very bytes; more than one when they are `agreed`. */
  readonly agreedBy: number;
}

/** All about a fetch that has ended. */
export interface FetchResult {
  readonly name: string;
  readonly outcome: FetchOutcome;
  readonly attempts: readonly Attempt[];
  /** Set when the outcome is `found`. */
  readonly image: FetchedImage | null;
  /** Microseconds from the call to the end. */
  readonly elapsedUs: number;
  /** Microseconds from the dial that led to the image to its last byte kept; 0 without one. */
  readonly transferUs: number;
  /** It joined another fetch of the same image: attempts and bytes are those of that one. */
  readonly isJoined: boolean;
}

/**
 * Called once: in an event of its own, or, when the fetch is given up, before `cancel` (or the `stop` of
 * its peer) returns.
 */
export type FetchListener = (result: FetchResult) => void;

/** The work that a fetch waits for, as far as the fetch knows it. */
export interface Searching {
  /** Name of the image. */
  readonly name: string;
  readonly owner: { readonly host: Pick<Host, 'nowUs'> };
  /** Bytes of the image that have arrived so far. */
  readonly bytesReceived: number;
  /** Of those that have come to their end. */
  readonly attempts: readonly Attempt[];
  /** A fetch was given up. False when the work has ended already. */
  remove(fetch: Fetch): boolean;
}

/** One caller's wish for an image. */
export class Fetch {
  readonly #search: Searching;
  readonly #listener: FetchListener;
  readonly #startUs: number;
  readonly #isJoined: boolean;

  constructor(search: Searching, listener: FetchListener, startUs: number, isJoined: boolean) {
    this.#search = search;
    this.#listener = listener;
    this.#isJoined = isJoined;
    this.#startUs = startUs;
  }

  /** Bytes of the image that have arrived so far. */
  get bytesReceived(): number {
    return this.#search.bytesReceived;
  }

  /**
   * Gives up; the listener is told `cancelled` before this returns. Not in a later event: a peer that
   * stops gives up its fetches just before its host closes, and a closed host rings no alarm any more,
   * so some listeners would never be told. Others that wait for the same image go on.
   */
  cancel(): void {
    if (!this.#search.remove(this)) return;
    this.end('cancelled', [...this.#search.attempts], null, 0);
  }

  /** Tells the listener. For the search. */
  end(
    outcome: FetchOutcome,
    attempts: readonly Attempt[],
    image: FetchedImage | null,
    sinceUs: number,
  ): void {
    const nowUs = this.#search.owner.host.nowUs();
    this.#listener({
      name: this.#search.name,
      outcome,
      attempts,
      image,
      elapsedUs: nowUs - this.#startUs,
      transferUs: image === null ? 0 : nowUs - sinceUs,
      isJoined: this.#isJoined,
    });
  }
}
