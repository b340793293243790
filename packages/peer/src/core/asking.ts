/**
 * One peer being asked for one image.
 *
 *   dialling → waiting → receiving → ended
 *                      → denied    → ended
 *
 * A body counts only when the connection ended cleanly, the bytes are of the type that the name says, and
 * the picture's own structure does not say that it was cut.
 *
 * Whoever leaves a plain peer leaves late, since a plain sender dies when its reader goes in the middle; but not
 * later than `courtesyUs`, for it could send for days. One of ours does not: it may be left at once.
 */
import type { Address } from '../protocol/address.ts';
import { fitsName } from '../protocol/picture.ts';
import { MAX_DENIAL_READ_BYTES } from '../protocol/limits.ts';
import { ReplyParser } from '../protocol/reply-parser.ts';
import type { Deadlines } from './deadlines.ts';
import type { BodyProblem, CloseCause, Connection, Host, ReceivedBody } from './host.ts';
import type { PeerObserver } from './observer.ts';
import type { PeerLimits } from './options.ts';
import { Session } from './session.ts';

/**
 * What one peer's answer came to. `wrong-type`: the bytes are not of the type that the image's name says.
 * `not-needed`: another peer's image came sooner, and this one's answer was not waited for.
 */
export type AttemptOutcome =
  | 'found'
  | 'not-found'
  | 'not-needed'
  | 'refused'
  | 'timeout'
  | 'reset'
  | 'no-reply'
  | 'malformed'
  | 'empty'
  | 'wrong-type'
  | 'truncated'
  | BodyProblem;

/** One peer asked, and what came of it. */
export interface Attempt {
  readonly address: Address;
  readonly outcome: AttemptOutcome;
  /** The reason behind `ERR:`, as the peer sent it; make it safe before showing it. */
  readonly reason: string;
}

/** Whom an answer is for. */
export interface Asker {
  /** Name of the image. */
  readonly name: string;
  /** The message to every peer asked. */
  readonly request: Uint8Array;
  /** Whether bytes of another type than the name says are taken too. */
  readonly anyType: boolean;
  readonly owner: {
    readonly host: Host;
    readonly deadlines: Deadlines;
    readonly limits: PeerLimits;
    readonly observer: PeerObserver;
  };
  /** An image begins to arrive. False: there is no need for it. */
  wantsBody(asking: Asking): boolean;
  /** There is no answer yet, and it is time to ask somebody else as well. */
  isLate(asking: Asking): void;
  /**
   * The answer has come to its end; once, unless it was left or abandoned. The body, which comes with
   * `found`, is to be kept or discarded.
   */
  attemptEnded(asking: Asking, attempt: Attempt, body: ReceivedBody | null): void;
}

/** See the head of this file. */
export class Asking extends Session {
  readonly address: Address;
  /** Whether it is a peer of ours, which may be left at any time. */
  readonly isOurs: boolean;
  /** When it was dialled; host time. */
  readonly sinceUs: number;
  /** Whether `isLate` was told. */
  isSlow = false;
  readonly #asker: Asker;
  readonly #connection: Connection;
  readonly #parser: ReplyParser = new ReplyParser();
  #state: 'dialling' | 'waiting' | 'denied' | 'receiving' | 'ended' = 'dialling';
  /** When it is given up, unless something happens before. */
  #limitUs = 0;
  /** When it is given up in any case; Infinity while somebody waits for the answer. */
  #courtesyUntilUs = Infinity;
  /** When somebody else is to be asked as well; Infinity once that was said, or is of no interest. */
  #lateUs: number;
  /** So much of the time that the host let it wait has been added to its deadline. */
  #grantedUs = 0;
  #headBytes = 0;
  #receivedBefore = 0;
  #isClosed = false;
  /** Nobody waits for the answer any more, but it must come to its end. */
  #isLeft = false;

  constructor(asker: Asker, address: Address, isOurs: boolean) {
    super();
    const { host, limits } = asker.owner;
    this.#asker = asker;
    this.address = address;
    this.isOurs = isOurs;
    this.sinceUs = host.nowUs();
    this.#lateUs = this.sinceUs + limits.lateUs;
    this.#connection = host.dial(address, this);
    this.#watch(limits.dialTimeoutUs);
  }

  /** Whether its image is arriving. */
  get isReceiving(): boolean {
    return this.#state === 'receiving';
  }

  /** Bytes of the image that have arrived so far. */
  get bodyBytes(): number {
    return this.isReceiving ? this.#connection.bytesReceived - this.#headBytes : 0;
  }

  /** Ends without telling the asker; what still comes is read on for a while. */
  abandon(): void {
    const { deadlines, limits } = this.#asker.owner;
    const isTalking = this.#state === 'waiting' || this.#state === 'receiving';
    const isOpen = isTalking || this.#state === 'denied';
    if (this.#state === 'dialling') this.#connection.destroy('reset');
    if (isOpen) this.#connection.discard();
    this.#isLeft = true;
    this.#state = 'ended';
    this.#lateUs = Infinity;
    // The other side is let finish, for a while.
    if (isOpen) this.#watch(limits.lingerUs);
    else deadlines.unwatch(this);
  }

  /**
   * Another one's image has come: ends, or goes on to an end that the asker is not told. Returns what this
   * one came to. A denial under way is let come; an image is not, but from a plain peer.
   */
  leave(): AttemptOutcome {
    const wasDenied = this.#state === 'denied';
    const isCutOff = this.#state === 'dialling' || (this.isReceiving && this.isOurs);
    this.#isLeft = true;
    if (isCutOff) this.#cutOff();
    else this.#boundCourtesy();
    return wasDenied ? 'not-found' : 'not-needed';
  }

  override onOpen(): void {
    this.#state = 'waiting';
    this.#connection.write(this.#asker.request);
    this.#connection.end();
    this.#asker.owner.observer.onMessage?.('REQ', true);
    this.#watch(this.#asker.owner.limits.replyTimeoutUs);
  }

  override onData(bytes: Uint8Array): void {
    if (this.#state !== 'waiting' && this.#state !== 'denied') return;
    const head = this.#parser.push(bytes);
    if (head.kind === 'malformed') {
      this.#end('malformed');
      this.#connection.destroy('protocol');
    } else if (head.kind === 'error') {
      this.#denied();
    } else if (head.kind === 'image') {
      this.#asker.owner.observer.onMessage?.('RES', false);
      this.#receive(head.body);
    }
  }

  override onBody(body: ReceivedBody): void {
    if (this.#state === 'receiving' && !this.#isLeft) return this.#take(body);
    this.#asker.owner.host.images.discard(body);
    if (this.#state === 'receiving') this.#end('not-needed');
  }

  override onBodyFailed(problem: BodyProblem): void {
    if (this.isReceiving) this.#end(problem);
  }

  override onDeadline(): void {
    const { host, limits } = this.#asker.owner;
    const waitedUs = this.#connection.waitedUs - this.#grantedUs;
    if (this.#state === 'dialling' && waitedUs > 0) {
      this.#grantedUs += waitedUs;
      this.#lateUs += waitedUs;
      return this.#watchUntil(this.#limitUs + waitedUs);
    }
    if (host.nowUs() < this.#limitUs) return this.#becomeLate();
    const isOver = host.nowUs() >= this.#courtesyUntilUs;
    if (this.isReceiving && !isOver && this.#isMoving()) return this.#watch(limits.progressCheckUs);
    this.#connection.destroy('timeout');
  }

  override onClose(cause: CloseCause): void {
    this.#isClosed = true;
    switch (this.#state) {
      case 'ended':
        return this.#asker.owner.deadlines.unwatch(this);
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

  /** The beginning of a denial, or the rest of its reason, which comes in pieces. */
  #denied(): void {
    if (this.#state !== 'denied') this.#asker.owner.observer.onMessage?.('ERR', false);
    this.#state = 'denied';
    if (this.#connection.bytesReceived <= MAX_DENIAL_READ_BYTES) return;
    this.#end('malformed');
    this.#connection.destroy('protocol');
  }

  #receive(first: Uint8Array): void {
    const { limits } = this.#asker.owner;
    const isWanted = this.#isLeft ? !this.isOurs : this.#asker.wantsBody(this);
    if (!isWanted) {
      this.#connection.destroy('reset');
      return this.#end('not-needed');
    }
    this.#state = 'receiving';
    this.#lateUs = Infinity;
    this.#headBytes = this.#connection.bytesReceived - first.length;
    this.#connection.receiveBody(first, limits.imageBytes);
    this.#watch(limits.progressCheckUs);
  }

  #take(body: ReceivedBody): void {
    const problem = this.#problemOf(body);
    if (problem !== null) this.#asker.owner.host.images.discard(body);
    this.#end(problem ?? 'found', problem === null ? body : null);
  }

  #problemOf(body: ReceivedBody): AttemptOutcome | null {
    const { format, completeness } = body.picture;
    if (body.sizeBytes === 0) return 'empty';
    if (!this.#asker.anyType && !fitsName(format, this.#asker.name)) return 'wrong-type';
    if (completeness === 'truncated') return 'truncated';
    return null;
  }

  #becomeLate(): void {
    this.#lateUs = Infinity;
    this.#watchUntil(this.#limitUs);
    if (this.#isLeft) return;
    this.isSlow = true;
    this.#asker.isLate(this);
  }

  #isMoving(): boolean {
    const { limits } = this.#asker.owner;
    const received = this.#connection.bytesReceived;
    const wanted = (limits.progressCheckUs / 1_000_000) * limits.minBytesPerSecond;
    const isMoving = received - this.#receivedBefore >= wanted;
    this.#receivedBefore = received;
    return isMoving;
  }

  #watch(inUs: number): void {
    this.#watchUntil(this.#asker.owner.host.nowUs() + inUs);
  }

  #watchUntil(atUs: number): void {
    this.#limitUs = Math.min(atUs, this.#courtesyUntilUs);
    this.#asker.owner.deadlines.watch(this, Math.min(this.#limitUs, this.#lateUs));
  }

  #boundCourtesy(): void {
    const { host, limits } = this.#asker.owner;
    this.#courtesyUntilUs = host.nowUs() + limits.courtesyUs;
    if (this.#courtesyUntilUs < this.#limitUs) this.#watchUntil(this.#courtesyUntilUs);
  }

  #cutOff(): void {
    this.#connection.destroy('reset');
    this.#state = 'ended';
    this.#asker.owner.deadlines.unwatch(this);
  }

  #end(outcome: AttemptOutcome, body: ReceivedBody | null = null): void {
    const reason = this.#state === 'denied' ? this.#parser.reason() : '';
    this.#state = 'ended';
    this.#lateUs = Infinity;
    // One that still sends is let finish, for a while: without an end to it, it could send for ever.
    if (this.#isClosed) this.#asker.owner.deadlines.unwatch(this);
    else this.#watch(this.#asker.owner.limits.lingerUs);
    if (this.#isLeft) return;
    this.#asker.attemptEnded(this, { address: this.address, outcome, reason }, body);
  }
}
