import type { EventEmitter } from 'node:events';
import { makeAddress, parseIp, portOf, type Address } from './protocol/address.ts';
import { displaySafe } from './protocol/display.ts';
import { checkName } from './check-name.ts';
import type { Fetch, FetchResult } from './core/fetching.ts';
import type { HostHandler, ImageStore } from './core/host.ts';
import type { PeerObserver } from './core/observer.ts';
import { DEFAULT_LIMITS, type PeerLimits } from './core/options.ts';
import { Peer } from './core/peer.ts';
import { PeerError } from './peer-error.ts';
import { emittingObserver, type PeerEvents } from './peer-events.ts';
import type { FetchOptions, PeerStatus, RunningFetch, RunningPeer } from './running-peer.ts';
import { ImageFolder } from './storage/image-folder.ts';
import { folderError, listenError } from './system-refusals.ts';
import { noticingObserver } from './threads/noticing-observer.ts';
import type { ServingThreads } from './threads/serving-threads.ts';
import { buffersOfThread, folderOfThread, limitsOfThread } from './threads/share.ts';
import type { DialGate } from './transport/dial-gate.ts';
import { checkPortFree, NodeHost } from './transport/node-host.ts';

/** What `createPeer` needs. */
export interface CreatePeerOptions {
  /** The images folder; must exist. */
  readonly images: string;
  /** Port to listen on; 0: any free one; null: do not listen, only ask. */
  readonly port: number | null;
  /**
   * IPv4 address to listen on, and to make our own connections from. Default `0.0.0.0`: every interface,
   * and the system chooses.
   */
  readonly host?: string;
  /**
   * Tell the peers that we greet which port we listen on; a number: that one instead, when others reach
   * us at a port that is handed on to ours. An `Address` says where they do: then we know it for our own when
   * we hear of it. Default true.
   */
  readonly announce?: boolean | number;
  /** Bounds that differ from `DEFAULT_LIMITS`. */
  readonly limits?: Partial<PeerLimits>;
  readonly observer?: PeerObserver;
  /** What happens is emitted there as well, as events with names and one object each. */
  readonly events?: EventEmitter<PeerEvents>;
  /**
   * Aborted before the peer is there: `createPeer` rejects with the signal's reason, and nothing is left open.
   * Aborted later: the peer stops at once, as by `stop()`.
   */
  readonly signal?: AbortSignal;
  /** Told of an exception out of our own logic. Default: written to standard error. */
  readonly onBug?: (error: unknown) => void;
  /** Source of randomness; the system's by default. */
  readonly random32?: () => number;
  /**
   * Puts another handler between the host and the peer: it is told what the peer would have been told, and
   * hands on what it likes. For a lab that needs peers which misbehave.
   */
  readonly intercept?: (peer: Peer) => HostHandler;
  /**
   * Puts another store between the peer and its folder, which it hands on to. For a lab in which disks have
   * trouble.
   */
  readonly interceptStore?: (folder: ImageStore) => ImageStore;
  /**
   * Remove the temporary files that processes which are gone have left in the folder. Default true; false for
   * whoever does it himself, with `folder.tidy()`.
   */
  readonly tidy?: boolean;
  /** What connections to others go through, for many peers that share the files of one process. */
  readonly dialGate?: DialGate;
  /**
   * Threads that serve, this one among them; the system spreads connections over them. Default 1. The bounds of
   * connections and of memory are shared among them. More than one cannot go with `intercept` and
   * `interceptStore`, which they do not see.
   */
  readonly threads?: number;
}

/** Opens the folder, listens, and returns the peer, which greets nobody before its `start`. */
export async function createPeer(options: CreatePeerOptions): Promise<RunningPeer> {
  const { signal } = options;
  signal?.throwIfAborted();
  const threads = options.threads ?? 1;
  const folder = await openFolder(options.images, threads);
  if (options.tidy ?? true) await folder.tidy();
  signal?.throwIfAborted();
  const onBug =
    options.onBug ?? ((error) => console.error('p2p: an error in the peer itself:', error));
  const host = new NodeHost({
    folder,
    bigBuffers: buffersOfThread(threads),
    ...(options.interceptStore && { store: options.interceptStore(folder) }),
    onBug,
    ...(options.random32 && { random32: options.random32 }),
    ...(options.dialGate && { dialGate: options.dialGate }),
    ...(typeof options.announce === 'number' && { announced: options.announce }),
  });
  const peer = new NodePeer(host, folder, { ...options, onBug, threads });
  if (options.port !== null) await peer.listen(options.host ?? '0.0.0.0', options.port);
  if (signal?.aborted) {
    await peer.stop();
    throw signal.reason;
  }
  if (signal !== undefined) peer.stopAt(signal);
  return peer;
}

/** What `NodePeer` needs of the options, with its defaults. */
interface NodePeerOptions extends CreatePeerOptions {
  readonly threads: number;
  readonly onBug: (error: unknown) => void;
}

class NodePeer implements RunningPeer {
  readonly folder: ImageFolder;
  readonly #host: NodeHost;
  readonly #peer: Peer;
  readonly #announce: boolean | number;
  /** The peer and all its sessions look at this very object. */
  readonly #limits: PeerLimits;
  /** Those of all threads together. */
  #wholeLimits: PeerLimits;
  readonly #threadCount: number;
  readonly #observer: PeerObserver;
  readonly #onBug: (error: unknown) => void;
  #threads: ServingThreads | null = null;
  /** Of the options, as long as it is listened to. */
  #signal: AbortSignal | null = null;
  readonly #onAbort = (): void => void this.stop();
  #address: Address = 0;
  #isStopped = false;

  constructor(host: NodeHost, folder: ImageFolder, options: NodePeerOptions) {
    this.#host = host;
    this.folder = folder;
    this.#announce = options.announce ?? true;
    this.#threadCount = options.threads;
    this.#observer = observerOf(options);
    this.#onBug = options.onBug;
    this.#wholeLimits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#limits = { ...limitsOfThread(this.#wholeLimits, options.threads) };
    const noticing = (): PeerObserver =>
      noticingObserver(this.#observer, () => this.#threads?.peersChanged());
    this.#peer = new Peer(host, this.#limits, options.threads > 1 ? noticing() : this.#observer);
    host.attach(options.intercept?.(this.#peer) ?? this.#peer);
  }

  async listen(host: string, port: number): Promise<void> {
    const ip = parseIp(host);
    if (ip === null) {
      const shown = displaySafe(host);
      const message = `${shown} is no IPv4 address to listen on; use one such as 127.0.0.1 or 0.0.0.0.`;
      throw new PeerError('PEER_ADDRESS_INVALID', message);
    }
    try {
      if (this.#threadCount === 1) this.#address = await this.#host.listen(ip, port);
      else await this.#listenTogether(ip, port);
    } catch (error) {
      throw listenError(error as NodeJS.ErrnoException, makeAddress(ip, port));
    }
  }

  async #listenTogether(ip: number, port: number): Promise<void> {
    // A port that is shared is shared with every program of this user, so another peer on it would not be noticed.
    if (port !== 0) await checkPortFree(ip, port);
    this.#address = await this.#host.listen(ip, port, true);
    const { ServingThreads } = await import('./threads/serving-threads.ts');
    const owner = {
      observer: this.#observer,
      onBug: this.#onBug,
      peersMessage: () => this.#peer.peersMessage(),
      onAnnounced: (address: Address) => {
        this.#host.dispatch(() => this.#peer.onAnnounced(address), null);
      },
    };
    try {
      this.#threads = await ServingThreads.start(owner, {
        images: this.folder.path,
        address: this.#address,
        limits: this.#wholeLimits,
        threads: this.#threadCount,
      });
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  get address(): Address {
    return this.#address;
  }

  start(starts: readonly Address[], remembered: readonly Address[] = []): void {
    this.#peer.start({ starts, remembered, announcePort: this.#announcePort() });
  }

  setStarts(starts: readonly Address[]): void {
    this.#peer.discovery.setStarts(starts);
  }

  setLimits(limits: Partial<PeerLimits>): void {
    this.#wholeLimits = { ...this.#wholeLimits, ...limits };
    Object.assign(this.#limits, limitsOfThread(this.#wholeLimits, this.#threadCount));
    this.#threads?.setLimits(this.#wholeLimits);
    this.#peer.discovery.book.setBounds(this.#limits.known, this.#limits.candidates);
  }

  status(): PeerStatus {
    const { servingCount, fetchCount, greetingCount, discovery } = this.#peer;
    const known = discovery.book.knownCount;
    const own = this.#host.traffic();
    const others = this.#threads?.status() ?? { accepted: 0, receivedBytes: 0, sentBytes: 0 };
    return {
      known,
      candidates: discovery.book.entries.length - known,
      accepted: servingCount + others.accepted,
      fetches: fetchCount,
      greetings: greetingCount,
      receivedBytes: own.receivedBytes + others.receivedBytes,
      sentBytes: own.sentBytes + others.sentBytes,
    };
  }

  known(): Address[] {
    return this.#peer.known();
  }

  fetch(name: string, from?: Address, options: FetchOptions = {}): RunningFetch {
    checkName(name);
    // A host that has closed rings no alarm, so a fetch might never end.
    if (this.#isStopped) return cancelledFetch(name);
    let fetch: Fetch | null = null;
    const { signal } = options;
    const cancel = (): void => fetch?.cancel();
    const result = new Promise<FetchResult>((resolve) => {
      const listener = (outcome: FetchResult): void => {
        signal?.removeEventListener('abort', cancel);
        resolve(outcome);
      };
      fetch = this.#peer.fetch(name, from ?? null, listener, options.anyType);
    });
    if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
    return { result, bytesReceived: () => fetch?.bytesReceived ?? 0, cancel };
  }

  async stop(withinMs = 0, signal?: AbortSignal): Promise<void> {
    this.#isStopped = true;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#peer.stop();
    const atOnce = (): void => void this.#close(0);
    signal?.addEventListener('abort', atOnce, { once: true });
    await this.#close(signal?.aborted ? 0 : withinMs);
    signal?.removeEventListener('abort', atOnce);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** For `createPeer`. */
  stopAt(signal: AbortSignal): void {
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  async #close(withinMs: number): Promise<void> {
    await Promise.all([this.#host.close(withinMs), this.#threads?.stop(withinMs)]);
    // Whoever waits for the end may remove the folder next.
    await this.folder.settled();
  }

  /** 0: none is announced. */
  #announcePort(): number {
    if (typeof this.#announce === 'number') return portOf(this.#announce);
    return this.#announce ? portOf(this.#address) : 0;
  }
}

/** One that was given up before it began. */
function cancelledFetch(name: string): RunningFetch {
  const result: FetchResult = {
    name,
    outcome: 'cancelled',
    attempts: [],
    image: null,
    elapsedUs: 0,
    transferUs: 0,
    isJoined: false,
  };
  return { result: Promise.resolve(result), bytesReceived: () => 0, cancel: () => {} };
}

function observerOf({ observer = {}, events }: CreatePeerOptions): PeerObserver {
  return events === undefined ? observer : emittingObserver(events, observer);
}

async function openFolder(folder: string, threads: number): Promise<ImageFolder> {
  try {
    return await ImageFolder.open(folder, folderOfThread(threads));
  } catch (error) {
    throw folderError(error as NodeJS.ErrnoException, folder);
  }
}
