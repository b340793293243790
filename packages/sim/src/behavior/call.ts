/**
 * One connection that a misbehaving peer has accepted.
 *
 *   reading → as ours do | taken over → closed
 *
 * It reads just far enough to know what is asked, as `Serving` of a peer of ours does. What the behaviour
 * has no action for is handed to a peer of ours, with all that has been read, and that peer answers it. The
 * rest is the behaviour's own, for `KEEP_US` at most.
 */
import {
  ipOf,
  makeAddress,
  RequestParser,
  Session,
  type Address,
  type BodyProblem,
  type CloseCause,
  type Connection,
  type ConnectionHandler,
  type Peer,
  type ReceivedBody,
  type Request,
} from '@imagemesh/peer';

/** A call that a behaviour has taken over is closed after so long, whatever it is doing. */
const KEEP_US = 60_000_000;

/** What is done with a call otherwise than ours would; what is missing is done as ours do. */
export interface CallActions {
  /** Somebody has connected, and has said nothing yet. */
  onCall?(call: Call): void;
  /** It is a greeting. */
  onGreeting?(call: Call): void;
  /** It is a request for an image. */
  onRequest?(call: Call, name: string): void;
}

/** What a call needs of the peer that it belongs to. */
export interface CallOwner {
  /** A peer of ours on the same host. */
  readonly peer: Peer;
  readonly actions: CallActions;
  /** Where the peer listens; 0 before it has started. */
  readonly address: Address;
  /** Bytes of an image that the peer owns; null when it owns none of that name. */
  readImage(name: string): Uint8Array | null;
  onCallEnd(call: Call): void;
}

/** See the head of this file. */
export class Call extends Session {
  /** Counts the calls of its peer, from 0; behaviours that take turns go by it. */
  readonly number: number;
  readonly #owner: CallOwner;
  readonly #connection: Connection;
  readonly #parser: RequestParser = new RequestParser();
  /** What has come so far, for the peer that it may be handed to. */
  readonly #heard: Uint8Array[] = [];
  #state: 'reading' | 'honest' | 'taken' = 'reading';
  #hasEnded = false;
  #isGraceOver = false;
  #honest: ConnectionHandler | null = null;
  #isBlocked = false;
  #action: (() => void) | null = null;
  /** The request must be here by then, or what was taken over is closed. */
  #untilUs: number;

  constructor(owner: CallOwner, connection: Connection, number: number) {
    super();
    this.#owner = owner;
    this.#connection = connection;
    this.number = number;
    this.#untilUs = this.#nowUs + owner.peer.limits.requestTimeoutUs;
    this.#watch(this.#untilUs);
    const { onCall } = owner.actions;
    if (onCall !== undefined) this.#takeOver(() => onCall(this));
  }

  /** Where the peer listens that has been called. */
  get address(): Address {
    return this.#owner.address;
  }

  /** The list that a peer of ours would send. */
  get list(): Uint8Array {
    return this.#owner.peer.peersMessage();
  }

  /** Whether so much waits to be sent that more should not be written now. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** Bytes of an image that the peer owns; null when it owns none of that name. */
  readImage(name: string): Uint8Array | null {
    return this.#owner.readImage(name);
  }

  /** Writes the pieces, one behind the other. */
  write(...pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) if (!this.#connection.write(piece)) this.#isBlocked = true;
  }

  /** Writes the pieces and ends our side. */
  say(...pieces: readonly Uint8Array[]): void {
    this.write(...pieces);
    this.#connection.end();
  }

  /** Ends our side. */
  end(): void {
    this.#connection.end();
  }

  /** Breaks the connection off, with what has not been sent. */
  reset(): void {
    this.#connection.destroy('reset');
  }

  /** Calls `action` in `inUs`, unless the call has ended by then. Replaces the one before. */
  after(inUs: number, action: () => void): void {
    this.#action = action;
    this.#watch(Math.min(this.#nowUs + inUs, this.#untilUs));
  }

  /** Leaves the answer to a peer of ours after all. Only as long as nothing was written. */
  behave(): void {
    this.#state = 'honest';
    this.#owner.peer.deadlines.unwatch(this);
    const honest = this.#owner.peer.onAccept(this.#connection);
    this.#honest = honest;
    for (const bytes of this.#heard) honest.onData(bytes);
    this.#heard.length = 0;
    if (this.#hasEnded) honest.onEnd();
  }

  override onData(bytes: Uint8Array): void {
    if (this.#honest !== null) return this.#honest.onData(bytes);
    if (this.#state !== 'reading') return;
    this.#heard.push(bytes);
    this.#parser.push(bytes);
    this.#look();
  }

  override onEnd(): void {
    this.#hasEnded = true;
    if (this.#honest !== null) return this.#honest.onEnd();
    if (this.#state !== 'reading') return;
    this.#parser.end();
    this.#look();
  }

  override onDrain(): void {
    this.#isBlocked = false;
    this.#honest?.onDrain();
  }

  override onImageSent(): void {
    this.#honest?.onImageSent();
  }

  override onBody(body: ReceivedBody): void {
    this.#honest?.onBody(body);
  }

  override onBodyFailed(problem: BodyProblem): void {
    this.#honest?.onBodyFailed(problem);
  }

  override onDeadline(): void {
    if (this.#nowUs >= this.#untilUs) return this.#connection.destroy('timeout');
    if (this.#state === 'reading') {
      this.#isGraceOver = true;
      this.#watch(this.#untilUs);
      return this.#look();
    }
    const action = this.#action;
    this.#action = null;
    this.#watch(this.#untilUs);
    action?.();
  }

  override onClose(cause: CloseCause): void {
    this.#owner.peer.deadlines.unwatch(this);
    this.#action = null;
    this.#honest?.onClose(cause);
    this.#owner.onCallEnd(this);
  }

  get #nowUs(): number {
    return this.#owner.peer.host.nowUs();
  }

  #watch(atUs: number): void {
    this.#owner.peer.deadlines.watch(this, atUs);
  }

  #look(): void {
    const request = this.#parser.request();
    const { onGreeting, onRequest } = this.#owner.actions;
    if (request.kind === 'incomplete') return;
    if (request.kind === 'greeting' && onGreeting !== undefined) {
      if (!request.bare && !this.#isWhole(request)) return;
      this.#noteAnnouncement(request);
      this.#takeOver(() => onGreeting(this));
    } else if (request.kind === 'image' && onRequest !== undefined) {
      if (!this.#isWhole(request)) return;
      if (request.problem === null) this.#takeOver(() => onRequest(this, request.name));
      else this.behave();
    } else this.behave();
  }

  /** Whether nothing more will come of a request; when that is not certain, it is waited for. */
  #isWhole(request: Request): boolean {
    if (request.complete || this.#isGraceOver) return true;
    const { limits } = this.#owner.peer;
    this.#watch(Math.min(this.#nowUs + limits.graceUs, this.#untilUs));
    return false;
  }

  /** Others are to come to know the peer, so it listens to who greets it, as ours do. */
  #noteAnnouncement(request: Request & { kind: 'greeting' }): void {
    if (!request.complete || request.port === 0) return;
    this.#owner.peer.onAnnounced(makeAddress(ipOf(this.#connection.remote), request.port));
  }

  #takeOver(action: () => void): void {
    this.#state = 'taken';
    this.#untilUs = this.#nowUs + KEEP_US;
    this.#watch(this.#untilUs);
    action();
  }
}
