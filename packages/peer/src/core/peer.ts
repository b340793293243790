import { ipOf, type Address } from '../protocol/address.ts';
import { countFitting, encodePeers } from '../protocol/message.ts';
import { Deadlines } from './deadlines.ts';
import { Discovery } from './discovery.ts';
import { Fetch, type FetchListener, type FetchOwner } from './fetching.ts';
import type { Connection, ConnectionHandler, Host, HostHandler } from './host.ts';
import type { PeerObserver, RefusalCode } from './observer.ts';
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
  /** In no order; each knows its place. */
  readonly #servings: Serving[] = [];
  /** Made when there is the first one, as most peers fetch nothing most of the time. */
  #fetches: Set<Fetch> | null = null;
  #peersMessage: Uint8Array | null = null;
  #peersVersion = -1;
  /** When the first of the listed peers will have been silent for too long. */
  #peersUntilUs = 0;
  /** Where the next list begins, when one message does not hold them all. */
  #peersStart = 0;
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
    return this.discovery.book.knownAddresses();
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
    this.#fetches ??= new Set();
    this.#fetches.add(fetch);
    return fetch;
  }

  /** Greets nobody any more and gives up what is being fetched; running replies go on. */
  stop(): void {
    this.#isStopped = true;
    this.discovery.stop();
    // A copy: a listener may ask for another image when it is told.
    const fetches = [...(this.#fetches ?? [])];
    for (const fetch of fetches) fetch.cancel();
  }

  /** Replies that are under way. */
  get servingCount(): number {
    return this.#servings.length;
  }

  /** Fetches that have not come to their end. */
  get fetchCount(): number {
    return this.#fetches?.size ?? 0;
  }

  /** Greetings that are under way. */
  get greetingCount(): number {
    return this.discovery.greetingCount;
  }

  /** Deadlines that are watched; none once a peer was stopped and all that it did is over. */
  get deadlineCount(): number {
    return this.deadlines.count;
  }

  onAccept(connection: Connection): ConnectionHandler {
    const refusal = this.#refusal(connection);
    if (refusal !== null || this.#isStopped) {
      if (refusal !== null) this.observer.onRefused?.(connection.remote, refusal);
      connection.destroy('refused');
      return TURNED_AWAY;
    }
    const serving = new Serving(this, connection, this.#servings.length);
    this.#servings.push(serving);
    return serving;
  }

  onAlarm(): void {
    this.deadlines.fire();
  }

  peersMessage(): Uint8Array {
    const { book } = this.discovery;
    const nowUs = this.host.nowUs();
    const isFresh = this.#peersVersion === book.version && nowUs < this.#peersUntilUs;
    if (this.#peersMessage !== null && isFresh) return this.#peersMessage;
    const addresses: Address[] = [];
    let untilUs = Infinity;
    for (let i = 0; i < book.knownCount; i++) {
      const { address, answeredUs } = book.known(i);
      const staleUs = answeredUs + this.limits.staleUs;
      // One that is left out may answer again at any moment, which is no change of who is known.
      untilUs = Math.min(untilUs, staleUs > nowUs ? staleUs : nowUs + this.limits.exploreUs);
      if (staleUs > nowUs) addresses.push(address);
    }
    const listed = turned(addresses, this.#peersStart);
    const count = countFitting(listed);
    // Where not all fit into one message, the next one goes on from there.
    const areAll = count === addresses.length;
    if (!areAll) this.#peersStart = (this.#peersStart + count) % addresses.length;
    this.#peersMessage = encodePeers(listed);
    this.#peersVersion = book.version;
    this.#peersUntilUs = areAll ? untilUs : nowUs + this.limits.exploreUs;
    return this.#peersMessage;
  }

  onAnnounced(address: Address): void {
    this.discovery.announced(address);
  }

  onServingEnd(serving: Serving): void {
    const last = this.#servings.pop()!;
    if (last === serving) return;
    last.place = serving.place;
    this.#servings[serving.place] = last;
  }

  /** Why a caller cannot be let in; null when it can. */
  #refusal(caller: Connection): RefusalCode | null {
    const { connections, connectionsPerIp } = this.limits;
    if (this.#servings.length >= connections) return 'too-many-connections';
    // With fewer in all no single address can have too many, so there is nothing to count as a rule.
    if (this.#servings.length < connectionsPerIp) return null;
    const ip = ipOf(caller.remote);
    let fromIp = 0;
    for (const { connection } of this.#servings) if (ipOf(connection.remote) === ip) fromIp++;
    return fromIp >= connectionsPerIp ? 'too-many-from-address' : null;
  }

  onFetchEnd(fetch: Fetch): void {
    this.#fetches?.delete(fetch);
    if (this.#fetches?.size === 0) this.#fetches = null;
  }
}

/** A list that begins at another place, and goes round. */
function turned(addresses: readonly Address[], start: number): readonly Address[] {
  if (start === 0 || start >= addresses.length) return addresses;
  return [...addresses.slice(start), ...addresses.slice(0, start)];
}

class TurnedAway extends Session {
  override onDeadline(): void {}
  override onClose(): void {}
}

/** Handles the rest of connections that were not let in; it has no state, so one serves all. */
const TURNED_AWAY = new TurnedAway();
