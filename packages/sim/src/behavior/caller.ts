/**
 * What a behaviour that acts by itself has to do it with: a clock that ticks, whom its peer knows, and a
 * bounded number of calls to them.
 */
import { Session, type Address, type Connection, type Peer, type Timed } from '@imagemesh/peer';

/** Calls under way at once; while there are so many, none is made. */
const MOST_CALLS = 64;

/** A call that has not come to its end by then is given up. */
const PATIENCE_US = 2_000_000;

/** How often a behaviour acts that takes it easy. */
const EASY_US = 1_000_000;

/** How long a call whose answer is not read is kept. */
const DEAF_US = 60_000_000;

/** What the lab gives a misbehaving peer beside its host. */
export interface BehaviorWorld {
  /** Names of all images of the scenario. */
  readonly names: readonly string[];
  /** Bytes of an image that the peer owns, which nobody may change; null when it owns none of that name. */
  readImage(name: string): Uint8Array | null;
  /**
   * Sends a request and reads nothing of the answer, so that it is stuck on its way. `onClosed` is
   * called once, in a later event.
   */
  askDeaf(address: Address, request: Uint8Array, onClosed: () => void): DeafCall;
}

/** A call whose answer nobody reads. */
export interface DeafCall {
  /** Breaks it off. */
  close(): void;
}

/** See the head of this file. */
export class Caller implements Timed {
  /** Names of all images of the scenario. */
  readonly names: readonly string[];
  /** Where the peer listens. */
  readonly address: Address;
  deadlineUs: number = 0;
  deadlineIndex: number = -1;
  readonly #peer: Peer;
  readonly #world: BehaviorWorld;
  #calls = 0;
  #turn = 0;
  #everyUs = 0;
  #action: () => void = () => {};

  constructor(peer: Peer, world: BehaviorWorld, address: Address) {
    this.#peer = peer;
    this.#world = world;
    this.names = world.names;
    this.address = address;
  }

  /** Calls `action` every so often from now on. Once. */
  every(us: number, action: () => void): void {
    this.#everyUs = us;
    this.#action = action;
    this.#tick();
  }

  /** Does it once a second at most from now on. */
  ease(): void {
    this.#everyUs = Math.max(this.#everyUs, EASY_US);
  }

  /** The next of the peers that are known, in turn; 0 when nobody is, or enough calls are under way. */
  next(): Address {
    const { book } = this.#peer.discovery;
    if (this.#calls >= MOST_CALLS || book.knownCount === 0) return 0;
    return book.knownAddress(this.#turn++ % book.knownCount);
  }

  /** Dials, sends a message and the end of our side, and drops what comes back. */
  tell(address: Address, message: Uint8Array): void {
    this.#calls++;
    new Telling(this.#peer, message, () => this.#calls--).start(address);
  }

  /** Sends a request and reads nothing of the answer for a minute; then breaks it off. */
  askDeaf(address: Address, request: Uint8Array): void {
    this.#calls++;
    const { deadlines, host } = this.#peer;
    const hangUp = new HangUp();
    const call = this.#world.askDeaf(address, request, () => {
      this.#calls--;
      deadlines.unwatch(hangUp);
    });
    hangUp.call = call;
    deadlines.watch(hangUp, host.nowUs() + DEAF_US);
  }

  onDeadline(): void {
    this.#action();
    this.#tick();
  }

  #tick(): void {
    const { deadlines, host } = this.#peer;
    deadlines.watch(this, host.nowUs() + this.#everyUs);
  }
}

/** Says one thing to somebody and hears nothing. */
class Telling extends Session {
  readonly #peer: Peer;
  readonly #message: Uint8Array;
  readonly #onEnd: () => void;
  #connection!: Connection;

  constructor(peer: Peer, message: Uint8Array, onEnd: () => void) {
    super();
    this.#peer = peer;
    this.#message = message;
    this.#onEnd = onEnd;
  }

  start(address: Address): void {
    this.#connection = this.#peer.host.dial(address, this);
    this.#peer.deadlines.watch(this, this.#peer.host.nowUs() + PATIENCE_US);
  }

  override onOpen(): void {
    this.#connection.write(this.#message);
    this.#connection.end();
  }

  override onDeadline(): void {
    this.#connection.destroy('timeout');
  }

  override onClose(): void {
    this.#peer.deadlines.unwatch(this);
    this.#onEnd();
  }
}

/** The deadline of a call whose answer is not read. */
class HangUp implements Timed {
  deadlineUs: number = 0;
  deadlineIndex: number = -1;
  call: DeafCall | null = null;

  onDeadline(): void {
    this.call?.close();
  }
}
