import type { PeerObserver } from '../core/observer.ts';
import type { PeerLimits } from '../core/options.ts';
import type { Address } from '../protocol/address.ts';
import { limitsOfThread } from './share.ts';
import { ThreadLink } from './thread-link.ts';
import type { ThreadStatus } from './thread-messages.ts';

/** A changed list of peers waits so long for more changes. */
const GATHER_MS = 50;

/** The list is made anew at least so often, while there is anybody on it. */
const RENEW_MS = 5_000;

/** What may happen in a serving thread that its observer is told of. */
const OBSERVED: readonly (keyof PeerObserver)[] = [
  'onMessage',
  'onServed',
  'onRefused',
  'onServingClosed',
];

/** What the serving threads need of the peer that they belong to. */
export interface ThreadsOwner {
  readonly observer: PeerObserver;
  readonly onBug: (error: unknown) => void;
  /** The list of peers, ready to send. */
  readonly peersMessage: () => Uint8Array;
  readonly onAnnounced: (address: Address) => void;
}

/** Where and how the threads serve. */
export interface ThreadsSetting {
  /** Path of the images folder. */
  readonly images: string;
  /** Where the main thread listens already. */
  readonly address: Address;
  /** Of the whole peer. */
  readonly limits: PeerLimits;
  /** How many, the main thread among them. */
  readonly threads: number;
}

/**
 * The threads of a peer that only serve. The main thread finds others and fetches, and serves as well. What happens
 * in the others is told to the peer's own observer, a moment later.
 */
export class ServingThreads {
  readonly #owner: ThreadsOwner;
  readonly #threads: number;
  #links: ThreadLink[] = [];
  #peers: Uint8Array;
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;

  private constructor(owner: ThreadsOwner, threads: number) {
    this.#owner = owner;
    this.#threads = threads;
    this.#peers = owner.peersMessage();
  }

  /** Resolves when all of them listen; rejects with the system's error, and then none is left. */
  static async start(owner: ThreadsOwner, setting: ThreadsSetting): Promise<ServingThreads> {
    const all = new ServingThreads(owner, setting.threads);
    const observed = OBSERVED.filter((name) => owner.observer[name] !== undefined);
    for (let i = 1; i < setting.threads; i++) {
      all.#links.push(new ThreadLink({ ...setting, observed, peers: all.#peers }, owner));
    }
    const outcomes = await Promise.allSettled(all.#links.map((each) => each.listening));
    const failure = outcomes.find((each) => each.status === 'rejected');
    if (failure === undefined) return all;
    await all.stop(0);
    throw failure.reason;
  }

  /** What all of them are doing, a moment ago. */
  status(): ThreadStatus {
    let [accepted, receivedBytes, sentBytes] = [0, 0, 0];
    for (const { status } of this.#links) {
      accepted += status.accepted;
      receivedBytes += status.receivedBytes;
      sentBytes += status.sentBytes;
    }
    return { accepted, receivedBytes, sentBytes };
  }

  /** Other limits, of the whole peer, for what begins from now on. */
  setLimits(whole: PeerLimits): void {
    const limits = limitsOfThread(whole, this.#threads);
    this.#tellAll({ do: 'limits', limits });
  }

  /** Who is known has changed: the threads are told soon. */
  peersChanged(): void {
    this.#renewIn(GATHER_MS);
  }

  /** Accepts nothing any more, lets running replies end for at most `withinMs`. Resolves when all have ended. */
  async stop(withinMs: number): Promise<void> {
    this.#isStopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await Promise.all(this.#links.map((each) => each.stop(withinMs)));
  }

  #renewIn(ms: number): void {
    if (this.#isStopped) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#renew(), ms).unref();
  }

  #renew(): void {
    const peers = this.#owner.peersMessage();
    if (peers !== this.#peers) this.#tellAll({ do: 'peers', peers });
    this.#peers = peers;
    // Peers that have been silent for too long leave the list without a word.
    this.#renewIn(RENEW_MS);
  }

  #tellAll(command: Parameters<ThreadLink['tell']>[0]): void {
    for (const link of this.#links) link.tell(command);
  }
}
