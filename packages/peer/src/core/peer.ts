import type { Address } from '../protocol/address.ts';
import { countFitting, encodePeers } from '../protocol/message.ts';
import { Callers, type CallersOwner } from './callers.ts';
import { Deadlines } from './deadlines.ts';
import { Discovery } from './discovery.ts';
import { Experience } from './experience.ts';
import type { Fetch, FetchListener } from './fetching.ts';
import type { Connection, ConnectionHandler, Host, HostHandler } from './host.ts';
import type { PeerObserver } from './observer.ts';
import type { PeerLimits, StartOptions } from './options.ts';
import { Search, type FetchOwner } from './search.ts';

/**
 * A peer: it serves the images of its host's store, finds other peers and fetches images from them.
 * A synchronous state machine, told of events by its host through `HostHandler`; the same object runs
 * on real sockets and in the virtual world.
 */
export class Peer implements HostHandler, CallersOwner, FetchOwner {
  readonly host: Host;
  readonly limits: PeerLimits;
  readonly observer: PeerObserver;
  readonly deadlines: Deadlines;
  readonly discovery: Discovery;
  readonly #callers: Callers;
  /** Made when there is the first one, as most peers fetch nothing most of the time. */
  #searches: Map<string, Search> | null = null;
  #experience: Experience | null = null;
  #peersMessage: Uint8Array | null = null;
  #peersVersion = -1;
  /** When the first of the listed peers will have been silent for too long. */
  #peersUntilUs = 0;
  /** Where the next list begins, when one message does not hold them all. */
  #peersStart = 0;

  constructor(host: Host, limits: PeerLimits, observer: PeerObserver = {}) {
    this.host = host;
    this.limits = limits;
    this.observer = observer;
    this.deadlines = new Deadlines(host);
    this.discovery = new Discovery(host, this.deadlines, limits, observer);
    this.#callers = new Callers(this);
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
   * the store; bytes of another type than the name says only with `anyType`. Joins such a fetch that is under
   * way. The caller has checked the name. The listener is called once, in a later event.
   */
  fetch(name: string, only: Address | null, listener: FetchListener, anyType = false): Fetch {
    // Before the first is asked: the whole cannot take less time than its transfer.
    const sinceUs = this.host.nowUs();
    this.#searches ??= new Map();
    const key = searchKey(name, only, anyType);
    let search = this.#searches.get(key);
    if (search === undefined) {
      search = new Search(this, { name, only, anyType });
      this.#searches.set(key, search);
    }
    return search.add(listener, sinceUs);
  }

  /** Greets nobody any more and gives up what is being fetched; running replies go on. */
  stop(): void {
    this.#callers.stop();
    this.discovery.stop();
    // A copy: a listener may ask for another image when it is told.
    const searches = [...(this.#searches?.values() ?? [])];
    for (const search of searches) search.cancelAll();
  }

  /** Accepted connections that are open. */
  get servingCount(): number {
    return this.#callers.count;
  }

  /** Fetches that have not come to their end. */
  get fetchCount(): number {
    let count = 0;
    for (const search of this.#searches?.values() ?? []) count += search.fetchCount;
    return count;
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
    return this.#callers.accept(connection);
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

  get experience(): Experience {
    return (this.#experience ??= new Experience(this.host, this.limits));
  }

  get experienceSoFar(): Experience | null {
    return this.#experience;
  }

  onSearchEnd({ name, only, anyType }: Search): void {
    this.#searches?.delete(searchKey(name, only, anyType));
    if (this.#searches?.size === 0) this.#searches = null;
  }
}

/** Fetches of one key are one search. No name has a slash in it. */
function searchKey(name: string, only: Address | null, anyType: boolean): string {
  return only === null && !anyType ? name : `${only ?? ''}/${anyType ? 'any' : ''}/${name}`;
}

/** A list that begins at another place, and goes round. */
function turned(addresses: readonly Address[], start: number): readonly Address[] {
  if (start === 0 || start >= addresses.length) return addresses;
  return [...addresses.slice(start), ...addresses.slice(0, start)];
}
