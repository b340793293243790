import { setTimeout as sleep } from 'node:timers/promises';
import {
  displaySafe,
  formatAddress,
  parseAddress,
  type Address,
  type ControlCommand,
  type ControlEvent,
  type ControlResult,
  type MessageCounts,
} from '@imagemesh/peer';
import type { LiveAnswer, LivePeerEvents } from './live-peer.ts';

const COUNTS_MS = 2_000;

/** How the lab comes by the SHA-256 of a file that a peer has saved; empty when there is none. */
export type HashSaved = (savedAs: string) => Promise<string>;

/**
 * What the lab and a peer of ours that runs elsewhere (`p2p --control`) say to each other, whatever carries the
 * lines: the pipes of a process, or the streams of a container.
 */
export class ControlDialog {
  /** Resolves to where it listens. */
  readonly listening: Promise<Address>;
  readonly #events: LivePeerEvents;
  readonly #write: (line: string) => void;
  /** Requests that have no answer yet, and so on; all are rejected when the peer ends. */
  readonly #fetches = new Map<number, PromiseWithResolvers<ControlResult>>();
  readonly #hashes = new Map<number, PromiseWithResolvers<string>>();
  #waitingCounts: PromiseWithResolvers<MessageCounts> | null = null;
  #onListening: (address: Address) => void = () => {};
  #ids = 0;
  #isGone = false;
  #rssBytes = 0;

  /** `write` takes lines for the peer, without their ends. */
  constructor(events: LivePeerEvents, write: (line: string) => void) {
    this.#events = events;
    this.#write = write;
    this.listening = new Promise((resolve) => (this.#onListening = resolve));
  }

  /** Resident memory, as it told last. */
  get rssBytes(): number {
    return this.#rssBytes;
  }

  /** See `LivePeer.start`. */
  start(starts: readonly Address[]): void {
    this.#tell({ do: 'start', peers: starts.map(formatAddress) });
  }

  /** See `LivePeer.request`. */
  async request(name: string, hashSaved: HashSaved): Promise<LiveAnswer> {
    const { id, promise } = this.#await(this.#fetches);
    this.#tell({ do: 'fetch', id, name });
    const { outcome, image, attempts, isJoined } = await promise;
    const arrivedMs = performance.now();
    const asked = attempts.map((one) => ({
      address: parseAddress(one.address) ?? 0,
      outcome: one.outcome,
    }));
    const told = { outcome, arrivedMs, attempts: asked, isJoined };
    if (image === null) return { ...told, from: 0, sizeBytes: 0, sha256: '' };
    return {
      ...told,
      from: parseAddress(image.from) ?? 0,
      sizeBytes: image.sizeBytes,
      sha256: await hashSaved(image.savedAs),
    };
  }

  /** Has the peer read a file again that it has saved, where the lab cannot. Rejects when it has ended. */
  async hash(savedAs: string): Promise<string> {
    const { id, promise } = this.#await(this.#hashes);
    this.#tell({ do: 'hash', id, savedAs });
    return await promise;
  }

  /** See `LivePeer.counts`. */
  async counts(): Promise<MessageCounts | null> {
    if (this.#isGone) return null;
    this.#waitingCounts ??= Promise.withResolvers<MessageCounts>();
    this.#tell({ do: 'counts' });
    const counts = this.#waitingCounts.promise.catch(() => null);
    // One that hangs must not keep the run from ending.
    return await Promise.race([counts, sleep(COUNTS_MS, null, { ref: false })]);
  }

  /** It has ended: whoever waits for it waits no longer. */
  end(how: string): void {
    this.#isGone = true;
    const error = new Error(how);
    for (const waiting of [this.#fetches, this.#hashes]) {
      for (const answer of waiting.values()) answer.reject(error);
      waiting.clear();
    }
    this.#waitingCounts?.reject(error);
    this.#waitingCounts = null;
  }

  /** Takes in a line that it has written. */
  read(line: string): void {
    let event: ControlEvent;
    try {
      event = JSON.parse(line) as ControlEvent;
    } catch {
      return this.#events.onCrash(`said something that is no event: ${displaySafe(line, 60)}`);
    }
    this.#hear(event);
  }

  #await<T>(waiting: Map<number, PromiseWithResolvers<T>>): { id: number; promise: Promise<T> } {
    const id = this.#ids++;
    const answer = Promise.withResolvers<T>();
    if (this.#isGone) answer.reject(new Error('it has ended'));
    else waiting.set(id, answer);
    return { id, promise: answer.promise };
  }

  #tell(command: ControlCommand): void {
    this.#write(JSON.stringify(command));
  }

  #hear(event: ControlEvent): void {
    switch (event.event) {
      case 'listening':
        return this.#onListening(parseAddress(event.address)!);
      case 'reached':
        return this.#events.onReached(parseAddress(event.address)!);
      case 'lost':
        return this.#events.onLost(parseAddress(event.address)!);
      case 'fetched':
        return take(this.#fetches, event.id)?.resolve(event.result);
      case 'unfetched':
        return take(this.#fetches, event.id)?.reject(new Error(event.why));
      case 'hashed':
        return take(this.#hashes, event.id)?.resolve(event.sha256);
      case 'counts':
        this.#rssBytes = event.rssBytes;
        this.#waitingCounts?.resolve(event.counts);
        this.#waitingCounts = null;
        return;
      case 'bug':
        return this.#events.onCrash(`had a bug: ${event.message}`);
    }
  }
}

function take<T>(waiting: Map<number, T>, id: number): T | undefined {
  const one = waiting.get(id);
  waiting.delete(id);
  return one;
}
