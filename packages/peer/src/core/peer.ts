import { ipOf, type Address } from '../protocol/address.ts';
import { encodePeers } from '../protocol/message.ts';
import { Deadlines } from './deadlines.ts';
import { Discovery } from './discovery.ts';
import { Fetch, type FetchListener, type FetchOwner } from './fetching.ts';
import type { Connection, ConnectionHandler, Host, HostHandler } from './host.ts';
import type { PeerObserver } from './observer.ts';
import type { PeerLimits, StartOptions } from './options.ts';
import { Serving, type ServingOwner } from './serving.ts';
import { Session } from './session.ts';

/**
 * A peer: it serves the images of its host's store, finds other peers and fetches images from them.
 * A synchronous state machine, told of events by its host through `HostHandler`; the same object runs
 * on real sockets and in the virtual world.
 */
export class Peer implements HostHandler, ServingOwner, FetchOwner {
  readonly host: Host;
  readonly limits: PeerLimits;
  readonly observer: PeerObserver;
  readonly deadlines: Deadlines;
  readonly discovery: Discovery;
  readonly #servings = new Set<Serving>();
  readonly #perIp = new Map<number, number>();
  readonly #fetches = new Set<Fetch>();
  #peersMessage: Uint8Array | null = null;
  #peersVersion = -1;
  #isStopped = false;

  constructor(host: Host, limits: PeerLimits, observer: PeerObserver = {}) {
    this.host = host;
    this.limits = limits;
    this.observer = observer;
    this.deadlines = new Deadlines(host);
    this.discovery = new Discovery(host, this.deadlines, limits, observer);
  }

  /** Addresses of the peers that have answered us, and not failed since. */
  known(): Address[] {
    return this.discovery.book.known.map((entry) => entry.address);
  }

  /** Greets the starting addresses and goes on from there. Before that it only serves. Once. */
  start(options: StartOptions): void {
    this.discovery.start(options);
  }

  /**
   * Fetches the image called `name` from whoever has it, or from `only` that address, and keeps it in
   * the store. The caller has checked the name. The listener is called once, in a later event.
   */
  fetch(name: string, only: Address | null, listener: FetchListener): Fetch {
    const fetch = new Fetch(this, name, only, listener);
    this.#fetches.add(fetch);
    return fetch;
  }

  /** Greets nobody any more and gives up what is being fetched; running replies go on. */
  stop(): void {
    this.#isStopped = true;
    this.discovery.stop();
    for (const fetch of this.#fetches) fetch.cancel();
  }

  /** Replies that are under way. */
  get servingCount(): number {
    return this.#servings.size;
  }

  onAccept(connection: Connection): ConnectionHandler {
    const ip = ipOf(connection.remote);
    const fromIp = this.#perIp.get(ip) ?? 0;
    const isFull = this.#servings.size >= this.limits.connections;
    if (isFull || fromIp >= this.limits.connectionsPerIp || this.#isStopped) {
      const code = isFull ? 'too-many-connections' : 'too-many-from-address';
      if (!this.#isStopped) this.observer.onRefused?.(connection.remote, code);
      connection.destroy('refused');
      return TURNED_AWAY;
    }
    this.#perIp.set(ip, fromIp + 1);
    const serving = new Serving(this, connection);
    this.#servings.add(serving);
    return serving;
  }

  onAlarm(): void {
    this.deadlines.fire();
  }

  peersMessage(): Uint8Array {
    const { book } = this.discovery;
    if (this.#peersMessage === null || this.#peersVersion !== book.version) {
      this.#peersMessage = encodePeers(this.known());
      this.#peersVersion = book.version;
    }
    return this.#peersMessage;
  }

  onAnnounced(address: Address): void {
    this.discovery.announced(address);
  }

  onServingEnd(serving: Serving): void {
    this.#servings.delete(serving);
    const ip = ipOf(serving.connection.remote);
    const left = (this.#perIp.get(ip) ?? 1) - 1;
    if (left === 0) this.#perIp.delete(ip);
    else this.#perIp.set(ip, left);
  }

  onFetchEnd(fetch: Fetch): void {
    this.#fetches.delete(fetch);
  }
}

class TurnedAway extends Session {
  override onDeadline(): void {}
  override onClose(): void {}
}

/** Handles the rest of connections that were not let in; it has no state, so one serves all. */
const TURNED_AWAY = new TurnedAway();
