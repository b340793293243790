/**
 * One greeting of one peer, as the caller.
 *
 *   dialling → waiting → closed
 *
 * The announcing form is tried first where the peer may be ours; a plain one closes on it without a
 * word, and the owner of the session then greets again with the bare form.
 */
import { PeersParser } from '../protocol/reply-parser.ts';
import type { Address } from '../protocol/address.ts';
import type { Entry } from './address-book.ts';
import type { CloseCause, Connection, Host } from './host.ts';
import type { Deadlines } from './deadlines.ts';
import type { PeerLimits } from './options.ts';
import { Session } from './session.ts';

/** How a greeting ended. `unknown-verb`: a clean close without a word. */
export type GreetingOutcome = 'greeted' | 'unknown-verb' | 'failed';

/** What a greeting needs, and who is told how it ended, exactly once. */
export interface GreetingOwner {
  readonly host: Host;
  readonly deadlines: Deadlines;
  readonly limits: PeerLimits;
  onGreetingSent(): void;
  /** Its list is longer than any that we read. */
  onListTooLong(greeting: Greeting): void;
  onGreetingEnd(greeting: Greeting, outcome: GreetingOutcome): void;
}

/** See the head of this file. */
export class Greeting extends Session {
  readonly entry: Entry;
  /** Whether it announces our port; a plain peer does not answer that. */
  readonly isAnnouncing: boolean;
  /** When it began; host time. */
  readonly sinceUs: number;
  readonly #message: Uint8Array;
  readonly #owner: GreetingOwner;
  readonly #parser: PeersParser = new PeersParser();
  #connection!: Connection;
  /** So much of the time that the host let it wait has been added to its deadline. */
  #grantedUs = 0;

  constructor(owner: GreetingOwner, entry: Entry, message: Uint8Array, isAnnouncing: boolean) {
    super();
    this.#owner = owner;
    this.entry = entry;
    this.isAnnouncing = isAnnouncing;
    this.#message = message;
    this.sinceUs = owner.host.nowUs();
  }

  /** Dials. Once. */
  start(): void {
    const { host, deadlines, limits } = this.#owner;
    this.#connection = host.dial(this.entry.address, this);
    deadlines.watch(this, host.nowUs() + limits.dialTimeoutUs);
  }

  override onOpen(): void {
    this.#connection.write(this.#message);
    this.#connection.end();
    this.#grantedUs = this.#connection.waitedUs;
    this.#owner.onGreetingSent();
    const { host, deadlines, limits } = this.#owner;
    deadlines.watch(this, host.nowUs() + limits.greetingTimeoutUs);
  }

  override onData(bytes: Uint8Array): void {
    if (this.#parser.push(bytes)) return;
    this.#owner.onListTooLong(this);
    this.#connection.destroy('protocol');
  }

  override onDeadline(): void {
    const { host, deadlines } = this.#owner;
    const waitedUs = this.#connection.waitedUs - this.#grantedUs;
    if (waitedUs <= 0) return this.#connection.destroy('timeout');
    this.#grantedUs += waitedUs;
    deadlines.watch(this, host.nowUs() + waitedUs);
  }

  override onClose(cause: CloseCause): void {
    this.#owner.deadlines.unwatch(this);
    this.#owner.onGreetingEnd(this, this.#outcome(cause));
  }

  /** How long the host let it wait before it was dialled. */
  get waitedUs(): number {
    return this.#connection.waitedUs;
  }

  /** What the list holds, once it has come whole. */
  addresses(): readonly Address[] {
    return this.#parser.addresses();
  }

  #outcome(cause: CloseCause): GreetingOutcome {
    if (cause !== 'end') return 'failed';
    if (this.#parser.isList) return 'greeted';
    return this.#parser.length === 0 ? 'unknown-verb' : 'failed';
  }
}
