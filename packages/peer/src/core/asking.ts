/**
 * One peer being asked for one image.
 *
 *   dialling → waiting → receiving → keeping → ended
 *
 * A body counts only when the connection ended cleanly and the picture's own structure does not say that
 * it was cut. Whoever gives up leaves late: a plain sender dies when its reader leaves in the middle.
 */
import type { Address } from '../protocol/address.ts';
import type { Completeness } from '../protocol/picture.ts';
import { ReplyParser } from '../protocol/reply-parser.ts';
import type { Deadlines } from './deadlines.ts';
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

/** An image that has been fetched and kept. */
export interface FetchedImage extends KeptImage {
  readonly from: Address;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly completeness: Completeness;
}

/** Whom an answer is for. */
export interface Asker {
  /** Name of the image. */
  readonly name: string;
  /** The message to every peer asked. */
  readonly request: Uint8Array;
  readonly owner: {
    readonly host: Host;
    readonly deadlines: Deadlines;
    readonly limits: PeerLimits;
    readonly observer: PeerObserver;
  };
  /** The answer has come to its end; once, unless it was abandoned. */
  attemptEnded(attempt: Attempt, image: FetchedImage | null): void;
}

/** See the head of this file. */
export class Asking extends Session implements BodyKeeper {
  readonly #fetch: Asker;
  readonly #address: Address;
  readonly #connection: Connection;
  readonly #parser: ReplyParser = new ReplyParser();
  #state: 'dialling' | 'waiting' | 'denied' | 'receiving' | 'keeping' | 'ended' = 'dialling';
  /** So much of the time that the host let it wait has been added to its deadline. */
  #grantedUs = 0;
  #headBytes = 0;
  #receivedBefore = 0;
  #body: ReceivedBody | null = null;
  #isClosed = false;

  constructor(fetch: Asker, address: Address) {
    super();
    this.#fetch = fetch;
    this.#address = address;
    this.#connection = fetch.owner.host.dial(address, this);
    this.#watch(fetch.owner.limits.dialTimeoutUs);
  }

  /** Bytes of the image that have arrived so far. */
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
    const waitedUs = this.#connection.waitedUs - this.#grantedUs;
    if (this.#state === 'dialling' && waitedUs > 0) {
      this.#grantedUs += waitedUs;
      return this.#watch(waitedUs);
    }
    if (this.#state === 'receiving' && this.#isMoving()) {
      return this.#watch(this.#fetch.owner.limits.progressCheckUs);
    }
    this.#connection.destroy('timeout');
  }

  override onClose(cause: CloseCause): void {
    this.#isClosed = true;
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
    // One that still sends is let finish, for a while: without an end to it, it could send for ever.
    if (this.#isClosed) this.#fetch.owner.deadlines.unwatch(this);
    else this.#watch(this.#fetch.owner.limits.lingerUs);
    this.#fetch.attemptEnded({ address: this.#address, outcome, reason }, image);
  }
}
