/**
 * One greeting of one peer, as the caller.
 *
 *   dialling → waiting → closed
 *
 * The announcing form is tried first where the peer may be ours; a plain one closes on it without a
 * word, and the owner of the session then greets again with the bare form.
 */
import { HELLO, encodeAnnouncement } from '../protocol/message.ts';
import { PeersParser } from '../protocol/reply-parser.ts';
import type { Address } from '../protocol/address.ts';
import type { Entry } from './address-book.ts';
import type { CloseCause, Connection, Host } from './host.ts';
import type { Deadlines } from './deadlines.ts';
import type { PeerLimits } from './options.ts';
import { Session } from './session.ts';

/** How a greeting ended. `unknown-verb`: a clean close without a word. */
export type GreetingOutcome = 'greeted' | 'unknown-verb' | 'failed';

/** Who is told how a greeting ended, exactly once. */
export interface GreetingOwner {
  onGreetingSent(): void;
  onGreetingEnd(greeting: Greeting, outcome: GreetingOutcome, addresses: readonly Address[]): void;
}

const NONE: readonly Address[] = [];

/** See the head of this file. */
export class Greeting extends Session {
  readonly entry: Entry;
  /** The port announced; 0: the bare form. */
  readonly announcedPort: number;
  readonly #owner: GreetingOwner;
  readonly #deadlines: Deadlines;
  readonly #host: Host;
  readonly #limits: PeerLimits;
  readonly #parser: PeersParser = new PeersParser();
  #connection!: Connection;

  constructor(
    owner: GreetingOwner,
    parts: { host: Host; deadlines: Deadlines; limits: PeerLimits },
    entry: Entry,
    announcedPort: number,
  ) {
    super();
    this.#owner = owner;
    this.#host = parts.host;
    this.#deadlines = parts.deadlines;
    this.#limits = parts.limits;
    this.entry = entry;
    this.announcedPort = announcedPort;
  }

  /** Dials. Once. */
  start(): void {
    this.#connection = this.#host.dial(this.entry.address, this);
    this.#deadlines.watch(this, this.#host.nowUs() + this.#limits.dialTimeoutUs);
  }

  override onOpen(): void {
    this.#connection.write(
      this.announcedPort === 0 ? HELLO : encodeAnnouncement(this.announcedPort),
    );
    this.#connection.end();
    this.#owner.onGreetingSent();
    this.#deadlines.watch(this, this.#host.nowUs() + this.#limits.replyTimeoutUs);
  }

  override onData(bytes: Uint8Array): void {
    if (!this.#parser.push(bytes)) this.#connection.destroy('protocol');
  }

  override onDeadline(): void {
    this.#connection.destroy('timeout');
  }

  override onClose(cause: CloseCause): void {
    this.#deadlines.unwatch(this);
    if (cause !== 'end') return this.#owner.onGreetingEnd(this, 'failed', NONE);
    const addresses = this.#parser.addresses();
    if (addresses !== null) return this.#owner.onGreetingEnd(this, 'greeted', addresses);
    const outcome = this.#parser.length === 0 ? 'unknown-verb' : 'failed';
    this.#owner.onGreetingEnd(this, outcome, NONE);
  }
}
