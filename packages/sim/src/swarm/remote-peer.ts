import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatAddress, type Address, type MessageCounts } from '@imagemesh/peer';
import { readyOrError } from '../runner/child.ts';
import type { LiveAnswer, LivePeer, LivePeerOptions } from '../runner/live-peer.ts';
import { controlArguments } from '../runner/own-process-peer.ts';
import type { Host } from './host.ts';
import {
  IMAGES_PATH,
  type EndedEvent,
  type EndOrders,
  type PeerCommand,
  type PeerEvent,
} from './messages.ts';

const READY_MS = 30_000;

/** How long it may take to end in order. */
const STOP_MS = 20_000;

/**
 * A peer of ours on a host of the swarm, as its agent tells of it. What it was asked and has not answered when it ends,
 * or when its host is lost, it never answers.
 */
export class RemotePeer implements LivePeer {
  address: Address = 0;
  readonly #number: number;
  readonly #host: Host;
  readonly #options: LivePeerOptions;
  readonly #listening = Promise.withResolvers<Address>();
  readonly #gone = Promise.withResolvers<string>();
  readonly #answers = new Map<number, PromiseWithResolvers<LiveAnswer | null>>();
  readonly #counts = new Map<number, (counts: MessageCounts | null) => void>();
  readonly #ends = new Map<number, (event: EndedEvent | null) => void>();
  #ids = 0;
  #rssBytes = 0;
  #isGone = false;

  private constructor(number: number, host: Host, options: LivePeerOptions) {
    this.#number = number;
    this.#host = host;
    this.#options = options;
  }

  /**
   * Starts a peer where its container waits for it; `isNew` says that its files are not there yet. Rejects with a
   * `RunError` when it does not listen.
   */
  static async start(
    name: string,
    number: number,
    host: Host,
    isNew: boolean,
    options: LivePeerOptions,
  ): Promise<RemotePeer> {
    const peer = new RemotePeer(number, host, options);
    host.attach(number, peer);
    if (isNew || options.isEmptied) peer.#sendImages();
    const args = controlArguments(options, IMAGES_PATH);
    peer.#tell({ do: 'run', args, isHeard: options.events.onOutput !== undefined });
    const ended = { ended: peer.#gone.promise };
    const { promise } = peer.#listening;
    peer.address = await readyOrError(name, ended, promise, READY_MS, options.signal);
    return peer;
  }

  start(starts: readonly Address[]): void {
    this.#tell({ do: 'start', peers: starts.map(formatAddress) });
  }

  async request(name: string, dueMs: number = performance.now()): Promise<LiveAnswer> {
    const id = this.#ids++;
    const waiting = Promise.withResolvers<LiveAnswer | null>();
    if (this.#isGone) throw new Error('it has ended');
    this.#answers.set(id, waiting);
    this.#tell({ do: 'fetch', id, name, atMs: this.#host.clock.there(dueMs) });
    const answer = await waiting.promise;
    if (answer === null) throw new Error('it has ended');
    return { ...answer, arrivedMs: this.#host.clock.here(answer.arrivedMs) };
  }

  async counts(): Promise<MessageCounts | null> {
    if (this.#isGone) return null;
    const id = this.#ids++;
    this.#tell({ do: 'counts', id });
    return await new Promise((resolve) => this.#counts.set(id, resolve));
  }

  rssBytes(): number {
    return this.#rssBytes;
  }

  async stop(): Promise<void> {
    const ended = await this.#end('SIGTERM', STOP_MS);
    if (ended === null) return;
    const { onLeft } = this.#options.events;
    if (ended.isForced) onLeft('a process that did not end');
    const { temporaryFiles } = ended;
    if (temporaryFiles > 0) {
      onLeft(`${temporaryFiles} temporary ${temporaryFiles === 1 ? 'file' : 'files'}`);
    }
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL', 0);
  }

  pause(): void {
    this.#tell({ do: 'signal', signal: 'SIGSTOP' });
  }

  resume(): void {
    this.#tell({ do: 'signal', signal: 'SIGCONT' });
  }

  /** Takes in what its agent tells of it. */
  hear(event: PeerEvent): void {
    const { events } = this.#options;
    switch (event.event) {
      case 'listening':
        return this.#listening.resolve(event.address);
      case 'reached':
        return events.onReached(event.address, this.#host.clock.here(event.atMs));
      case 'lost':
        return events.onLost(event.address, this.#host.clock.here(event.atMs));
      case 'answer':
        return take(this.#answers, event.id)?.resolve(event.answer);
      case 'counts':
        this.#rssBytes = event.rssBytes;
        return take(this.#counts, event.id)?.(event.counts);
      case 'output':
        return events.onOutput?.(event.text);
      case 'ended':
        return take(this.#ends, event.id)?.(event);
      case 'crash':
        this.gone(event.how);
        return events.onCrash(event.how);
      case 'adopted':
    }
  }

  /** It has ended, or nobody can tell: whoever waits for it waits no longer. */
  gone(how: string): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#gone.resolve(how);
    for (const waiting of this.#answers.values()) waiting.resolve(null);
    for (const resolve of this.#counts.values()) resolve(null);
    for (const resolve of this.#ends.values()) resolve(null);
  }

  #sendImages(): void {
    this.#tell({ do: 'empty' });
    const folder = join(this.#options.folder, 'images');
    for (const name of readdirSync(folder)) {
      const base64 = readFileSync(join(folder, name)).toString('base64');
      this.#tell({ do: 'image', name, base64 });
    }
  }

  async #end(signal: EndOrders['signal'], withinMs: number): Promise<EndedEvent | null> {
    if (this.#isGone) return null;
    const id = this.#ids++;
    const ended = new Promise<EndedEvent | null>((resolve) => this.#ends.set(id, resolve));
    this.#tell({ do: 'end', id, signal, withinMs });
    const event = await ended;
    this.gone('was ended');
    return event;
  }

  #tell(command: PeerCommand): void {
    this.#host.tell({ peer: this.#number, ...command });
  }
}

function take<T>(waiting: Map<number, T>, id: number): T | undefined {
  const one = waiting.get(id);
  waiting.delete(id);
  return one;
}
