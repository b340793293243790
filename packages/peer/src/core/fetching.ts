/**
 * Fetching one image: known peers are asked one after another, in random order, until one has it; see
 * asking.ts for one of them. Peers are never raced: a plain sender dies when its reader leaves early.
 */
import type { Address } from '../protocol/address.ts';
import { encodeRequest } from '../protocol/message.ts';
import { Asking, type Asker, type Attempt, type FetchedImage } from './asking.ts';
import type { Deadlines } from './deadlines.ts';
import type { Discovery } from './discovery.ts';
import type { Host } from './host.ts';
import type { PeerObserver } from './observer.ts';
import type { PeerLimits } from './options.ts';

/** How a fetch ended. `no-peers`: there was nobody to ask. */
export type FetchOutcome = 'found' | 'not-found' | 'no-peers' | 'failed' | 'cancelled';

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
}

/**
 * Called once: in an event of its own, or, when the fetch is given up, before `cancel` (or the `stop` of
 * its peer) returns.
 */
export type FetchListener = (result: FetchResult) => void;

/** What a fetch needs of its peer. */
export interface FetchOwner {
  readonly host: Host;
  readonly deadlines: Deadlines;
  readonly limits: PeerLimits;
  readonly observer: PeerObserver;
  readonly discovery: Discovery;
  onFetchEnd(fetch: Fetch): void;
}

/** One image being fetched. See the head of this file. */
export class Fetch implements Asker {
  readonly name: string;
  readonly owner: FetchOwner;
  /** The message to every peer asked. */
  readonly request: Uint8Array;
  deadlineUs: number = 0;
  deadlineIndex: number = -1;
  readonly #only: Address | null;
  readonly #listener: FetchListener;
  readonly #attempts: Attempt[] = [];
  readonly #asked: Address[] = [];
  readonly #startUs: number;
  #asking: Asking | null = null;
  #askedUs = 0;
  #isEnded = false;

  /** Asks all known peers, or `only` that one address, known or not. */
  constructor(owner: FetchOwner, name: string, only: Address | null, listener: FetchListener) {
    this.owner = owner;
    this.name = name;
    this.request = encodeRequest(name);
    this.#only = only;
    this.#listener = listener;
    this.#startUs = owner.host.nowUs();
    const first = only ?? this.#nextPeer();
    // With nobody to ask the end still comes in an event of its own, as the listener expects.
    if (first === 0) owner.deadlines.watch(this, this.#startUs);
    else this.#ask(first);
  }

  /** Bytes of the image that have arrived so far. */
  get bytesReceived(): number {
    return this.#asking?.bodyBytes ?? 0;
  }

  /**
   * Gives up; the listener is told `cancelled` before this returns. Not in a later event: a peer that
   * stops gives up its fetches just before its host closes, and a closed host rings no alarm any more,
   * so some listeners would never be told.
   */
  cancel(): void {
    if (this.#isEnded) return;
    this.#asking?.abandon();
    this.#end('cancelled', null);
  }

  /** Nobody to ask. */
  onDeadline(): void {
    if (!this.#isEnded) this.#end('no-peers', null);
  }

  /** A peer's answer has come to its end; for `Asking`. */
  attemptEnded(attempt: Attempt, image: FetchedImage | null): void {
    if (this.#isEnded) return;
    this.#attempts.push(attempt);
    this.#asking = null;
    if (image !== null) return this.#end('found', image);
    const { outcome } = attempt;
    // Our own disk would fail the next one just the same.
    const isOurs = outcome === 'no-space' || outcome === 'no-permission' || outcome === 'io';
    if (isOurs) return this.#end('failed', null);
    if (outcome === 'refused' || outcome === 'timeout')
      this.owner.discovery.failed(attempt.address);
    const next = this.#only === null ? this.#nextPeer() : 0;
    if (next !== 0) return this.#ask(next);
    const wasDenied = this.#attempts.some((one) => one.outcome === 'not-found');
    const allDenied = this.#attempts.every((one) => one.outcome === 'not-found');
    this.#end(allDenied || (wasDenied && this.#allUnreachable()) ? 'not-found' : 'failed', null);
  }

  /** Whether those that did not deny were not there at all: such a search still found nothing. */
  #allUnreachable(): boolean {
    return this.#attempts.every(
      ({ outcome }) => outcome === 'not-found' || outcome === 'refused' || outcome === 'timeout',
    );
  }

  #ask(address: Address): void {
    this.#askedUs = this.owner.host.nowUs();
    this.#asked.push(address);
    this.#asking = new Asking(this, address);
  }

  /** A random known peer that has not been asked yet; 0 when there is none. */
  #nextPeer(): Address {
    const { book } = this.owner.discovery;
    const count = book.knownCount;
    if (count === 0) return 0;
    const start = this.owner.host.random32() % count;
    for (let i = 0; i < count; i++) {
      const address = book.knownAddress((start + i) % count);
      if (!this.#asked.includes(address)) return address;
    }
    return 0;
  }

  #end(outcome: FetchOutcome, image: FetchedImage | null): void {
    this.#isEnded = true;
    this.owner.deadlines.unwatch(this);
    this.owner.onFetchEnd(this);
    const nowUs = this.owner.host.nowUs();
    this.#listener({
      name: this.name,
      outcome,
      attempts: this.#attempts,
      image,
      elapsedUs: nowUs - this.#startUs,
      transferUs: image === null ? 0 : nowUs - this.#askedUs,
    });
  }
}
