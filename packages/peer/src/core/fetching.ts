/**
 * Fetching one image: known peers are asked one after another, in random order, until one has it.
 *
 *   Fetch     asking → … → ended            one per request of the user
 *   Asking    dialling → waiting → receiving → keeping → ended     one per peer asked
 *
 * A body counts only when the connection ended cleanly and the picture's own structure does not say
 * that it was cut; otherwise it is dropped and the next peer is asked. Peers are never raced: a plain
 * sender dies when its reader leaves early.
 */
import type { Address } from '../protocol/address.ts';
import type { Completeness } from '../protocol/picture.ts';
import { encodeRequest } from '../protocol/message.ts';
import { ReplyParser } from '../protocol/reply-parser.ts';
import type { Deadlines } from './deadlines.ts';
import type { Discovery } from './discovery.ts';
import type {
  BodyKeeper,
  BodyProblem,
  CloseCause,
  Connection,
  Host,
  KeptImage,
  ReceivedBody,
} from './host.ts';
import type { PeerObserver } from './observer.ts';
import type { PeerLimits } from './options.ts';
import { Session } from './session.ts';

/** What one peer's answer came to. */
export type AttemptOutcome =
  | 'found'
  | 'not-found'
  | 'refused'
  | 'timeout'
  | 'reset'
  | 'no-reply'
  | 'malformed'
  | 'empty'
  | 'truncated'
  | BodyProblem;

/** One peer asked, and what came of it. */
export interface Attempt {
  readonly address: Address;
  readonly outcome: AttemptOutcome;
  /** The reason behind `ERR:`, as the peer sent it; make it safe before showing it. */
  readonly reason: string;
}

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

/** An image that has been fetched and kept. */
export interface FetchedImage extends KeptImage {
  readonly from: Address;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly completeness: Completeness;
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
export class Fetch {
  readonly name: string;
  readonly owner: FetchOwner;
  /** The message to every peer asked. */
  readonly request: Uint8Array;
  deadlineUs: number = Infinity;
  deadlineIndex: number = -1;
  readonly #only: Address | null;
  readonly #listener: FetchListener;
  readonly #attempts: Attempt[] = [];
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
    this.#asking = new Asking(this, address);
  }

  /** A random known peer that has not been asked yet; 0 when there is none. */
  #nextPeer(): Address {
    const { known } = this.owner.discovery.book;
    if (known.length === 0) return 0;
    const start = this.owner.host.random32() % known.length;
    for (let i = 0; i < known.length; i++) {
      const { address } = known[(start + i) % known.length]!;
      if (!this.#hasAsked(address)) return address;
    }
    return 0;
  }

  #hasAsked(address: Address): boolean {
    for (const attempt of this.#attempts) if (attempt.address === address) return true;
    return false;
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

/** One peer being asked for an image. */
class Asking extends Session implements BodyKeeper {
  readonly #fetch: Fetch;
  readonly #address: Address;
  readonly #connection: Connection;
  readonly #parser: ReplyParser = new ReplyParser();
  #state: 'dialling' | 'waiting' | 'denied' | 'receiving' | 'keeping' | 'ended' = 'dialling';
  #headBytes = 0;
  #receivedBefore = 0;
  #body: ReceivedBody | null = null;

  constructor(fetch: Fetch, address: Address) {
    super();
    this.#fetch = fetch;
    this.#address = address;
    this.#connection = fetch.owner.host.dial(address, this);
    this.#watch(fetch.owner.limits.dialTimeoutUs);
  }

  get bodyBytes(): number {
    return this.#state === 'receiving' ? this.#connection.bytesReceived - this.#headBytes : 0;
  }

  /** Ends without telling the fetch. */
  abandon(): void {
    const { deadlines, limits } = this.#fetch.owner;
    const isTalking = this.#state === 'waiting' || this.#state === 'receiving';
    const isOpen = isTalking || this.#state === 'denied';
    if (this.#state === 'dialling') this.#connection.destroy('reset');
    if (isOpen) this.#connection.discard();
    this.#state = 'ended';
    // The other side is let finish, for a while.
    if (isOpen) this.#watch(limits.lingerUs);
    else deadlines.unwatch(this);
  }

  override onOpen(): void {
    this.#state = 'waiting';
    this.#connection.write(this.#fetch.request);
    this.#connection.end();
    this.#fetch.owner.observer.onMessage?.('REQ', true);
    this.#watch(this.#fetch.owner.limits.replyTimeoutUs);
  }

  override onData(bytes: Uint8Array): void {
    if (this.#state !== 'waiting' && this.#state !== 'denied') return;
    const head = this.#parser.push(bytes);
    if (head.kind === 'malformed') {
      this.#end('malformed');
      this.#connection.destroy('protocol');
    } else if (head.kind === 'error') {
      // The rest of a reason that comes in pieces.
      if (this.#state === 'denied') return;
      this.#state = 'denied';
      this.#fetch.owner.observer.onMessage?.('ERR', false);
    } else if (head.kind === 'image') {
      this.#state = 'receiving';
      this.#headBytes = this.#connection.bytesReceived - head.body.length;
      this.#fetch.owner.observer.onMessage?.('RES', false);
      this.#connection.receiveBody(head.body, this.#fetch.owner.limits.imageBytes);
      this.#watch(this.#fetch.owner.limits.progressCheckUs);
    }
  }

  override onBody(body: ReceivedBody): void {
    const { images } = this.#fetch.owner.host;
    if (this.#state !== 'receiving') return images.discard(body);
    const { completeness } = body.picture;
    if (body.sizeBytes === 0 || completeness === 'truncated') {
      images.discard(body);
      return this.#end(body.sizeBytes === 0 ? 'empty' : 'truncated');
    }
    this.#state = 'keeping';
    this.#body = body;
    this.#fetch.owner.deadlines.unwatch(this);
    images.keep(body, this.#fetch.name, this);
  }

  override onBodyFailed(problem: BodyProblem): void {
    this.#end(problem);
  }

  onKept(kept: KeptImage): void {
    if (this.#state !== 'keeping') return;
    const { sizeBytes, sha256, picture } = this.#body!;
    const { completeness } = picture;
    this.#end('found', { ...kept, from: this.#address, sizeBytes, sha256, completeness });
  }

  onKeepFailed(problem: BodyProblem): void {
    if (this.#state === 'keeping') this.#end(problem);
  }

  override onDeadline(): void {
    if (this.#state === 'receiving' && this.#isMoving()) {
      return this.#watch(this.#fetch.owner.limits.progressCheckUs);
    }
    this.#connection.destroy('timeout');
  }

  override onClose(cause: CloseCause): void {
    switch (this.#state) {
      case 'ended':
        return this.#fetch.owner.deadlines.unwatch(this);
      case 'keeping':
        return;
      case 'denied':
        return this.#end('not-found');
      case 'waiting':
        if (cause !== 'end') break;
        // A head without a body, or nothing at all.
        return this.#end(this.#parser.length === 0 ? 'no-reply' : 'empty');
      default:
        break;
    }
    this.#end(cause === 'end' || cause === 'protocol' ? 'malformed' : cause);
  }

  #isMoving(): boolean {
    const { limits } = this.#fetch.owner;
    const received = this.#connection.bytesReceived;
    const wanted = (limits.progressCheckUs / 1_000_000) * limits.minBytesPerSecond;
    const isMoving = received - this.#receivedBefore >= wanted;
    this.#receivedBefore = received;
    return isMoving;
  }

  #watch(inUs: number): void {
    const { deadlines, host } = this.#fetch.owner;
    deadlines.watch(this, host.nowUs() + inUs);
  }

  #end(outcome: AttemptOutcome, image: FetchedImage | null = null): void {
    const reason = this.#state === 'denied' ? this.#parser.reason() : '';
    this.#state = 'ended';
    this.#fetch.owner.deadlines.unwatch(this);
    this.#fetch.attemptEnded({ address: this.#address, outcome, reason }, image);
  }
}
