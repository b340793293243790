import type { Address } from '../protocol/address.ts';

/**
 * What kind of peer answers at an address. `plain` closes on an announcing greeting and gets bare
 * ones from then on.
 */
export type PeerKind = 'unknown' | 'ours' | 'plain';

/** What the lists of one peer were worth. */
export interface Hearsay {
  /** Candidates that came from them and have not been reached or forgotten yet. */
  unproven: number;
  /** Candidates from them that came to nothing, of late. */
  junk: number;
  /** When that is forgiven; host time. */
  forgivenUs: number;
}

/** What we know about one address. */
export interface Entry {
  readonly address: Address;
  /** The known peer whose list it came from; null for others. */
  source: Entry | null;
  /** What its lists were worth; null as long as they have brought no candidates. */
  hearsay: Hearsay | null;
  /** A starting address: never forgotten. */
  isStart: boolean;
  kind: PeerKind;
  /** Whether it has ever been reached. */
  isProven: boolean;
  /** Place among all entries of the book. */
  index: number;
  /** Place among the known peers; -1 for a candidate. */
  knownIndex: number;
  /** A greeting or a place in the queue for one. */
  isBusy: boolean;
  /** When it answered last; host time. */
  answeredUs: number;
  /** Failed tries in a row. */
  failures: number;
  /** When to greet it next; host time. */
  dueUs: number;
  /** The pause before `dueUs`, which grows while greeting it teaches nothing new. */
  pauseUs: number;
}

const SPARE_CANDIDATES = 8;

/**
 * The addresses that a peer has heard of, and among them those that it has reached itself. Only the
 * latter are handed on. Bounded: `known` and `candidates` limit both kinds.
 */
export class AddressBook {
  readonly #byAddress = new Map<Address, Entry>();
  readonly #entries: Entry[] = [];
  readonly #known: Entry[] = [];
  /** Those of the known peers, in the same order: whoever only wants these need not touch the entries. */
  readonly #knownAddresses: Address[] = [];
  readonly #maxKnown: number;
  readonly #maxCandidates: number;
  #version = 0;

  constructor(maxKnown: number, maxCandidates: number) {
    this.#maxKnown = maxKnown;
    this.#maxCandidates = maxCandidates;
  }

  /** Peers that we have reached and that have not failed since. Do not keep or change the array. */
  get known(): readonly Entry[] {
    return this.#known;
  }

  /** Their addresses, in the same order. Do not keep or change the array. */
  get knownAddresses(): readonly Address[] {
    return this.#knownAddresses;
  }

  /** Whether there is no room for another known peer. */
  get isFull(): boolean {
    return this.#known.length >= this.#maxKnown;
  }

  /** Changes whenever the known peers do. */
  get version(): number {
    return this.#version;
  }

  /** All addresses, known or not. Do not keep or change the array. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /**
   * Whether more candidates would be of use: twice as many as there is room for, and a few, are enough,
   * since most answer.
   */
  get wantsCandidates(): boolean {
    const candidates = this.#entries.length - this.#known.length;
    const room = this.#maxKnown - this.#known.length;
    return room > 0 && candidates < Math.min(this.#maxCandidates, 2 * room + SPARE_CANDIDATES);
  }

  /** What we know about `address`. */
  get(address: Address): Entry | undefined {
    return this.#byAddress.get(address);
  }

  /** Adds a candidate, due at once; null when it is there already or there is no room. */
  add(address: Address, isStart: boolean, source: Entry | null = null): Entry | null {
    const isFull = this.#entries.length - this.#known.length >= this.#maxCandidates;
    if (this.#byAddress.has(address) || (isFull && !isStart)) return null;
    const entry: Entry = {
      address,
      isStart,
      index: this.#entries.length,
      source,
      hearsay: null,
      isProven: false,
      kind: 'unknown',
      knownIndex: -1,
      isBusy: false,
      answeredUs: 0,
      failures: 0,
      dueUs: 0,
      pauseUs: 0,
    };
    if (source !== null) {
      source.hearsay ??= { unproven: 0, junk: 0, forgivenUs: 0 };
      source.hearsay.unproven++;
    }
    this.#byAddress.set(address, entry);
    this.#entries.push(entry);
    return entry;
  }

  /** The peer at this address has answered. False when there is no room for it among the known. */
  markKnown(entry: Entry): boolean {
    if (entry.knownIndex >= 0) return true;
    if (this.isFull) return false;
    if (entry.source !== null && !entry.isProven) entry.source.hearsay!.unproven--;
    entry.isProven = true;
    // Not needed any more, and it would keep all that ever led to this one alive.
    entry.source = null;
    entry.knownIndex = this.#known.length;
    this.#known.push(entry);
    this.#knownAddresses.push(entry.address);
    this.#version++;
    return true;
  }

  /** The peer at this address has failed: it is a candidate again. True when it was known. */
  markUnknown(entry: Entry): boolean {
    const index = entry.knownIndex;
    if (index < 0) return false;
    entry.knownIndex = -1;
    this.#version++;
    const last = this.#known.pop()!;
    this.#knownAddresses.pop();
    if (last !== entry) {
      last.knownIndex = index;
      this.#known[index] = last;
      this.#knownAddresses[index] = last.address;
    }
    return true;
  }

  /** Forgets a candidate. */
  remove(entry: Entry): void {
    if (!this.#byAddress.delete(entry.address)) return;
    if (entry.source !== null && !entry.isProven) {
      entry.source.hearsay!.unproven--;
      entry.source.hearsay!.junk++;
      entry.source = null;
    }
    const last = this.#entries.pop()!;
    if (last === entry) return;
    last.index = entry.index;
    this.#entries[entry.index] = last;
  }
}
