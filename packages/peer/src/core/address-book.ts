import { ipOf, type Address } from '../protocol/address.ts';

/**
 * What kind of peer answers at an address. `plain` closes on an announcing greeting and gets bare
 * ones for a while: it may be one of ours that a spoilt greeting has reached.
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

/** How long a peer is taken for a plain one. */
export interface PlainSpell {
  /** An announcing greeting is tried again from then on; host time. */
  untilUs: number;
  /** How long the next one is, which grows as long as it goes on answering like that. */
  nextUs: number;
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
  /** Null as long as it has never been a plain one. */
  plain: PlainSpell | null;
  /** Whether it has ever been reached. */
  isProven: boolean;
  /** Place among all entries of the book. Owned by the book, where the known ones come first. */
  index: number;
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

/** The IP address of the machine that we know a candidate from: that of whose list it stood in, or its own. */
export function originOf({ source, address }: Entry): number {
  return ipOf(source === null ? address : source.address);
}

const SPARE_CANDIDATES = 8;

/** Up to so many addresses are looked through one by one, which takes less time and memory than a map. */
const LOOKED_THROUGH = 32;

/**
 * The addresses that a peer has heard of, and among them those that it has reached itself. Only the
 * latter are handed on. Bounded: `known` and `candidates` limit both kinds.
 *
 * One list holds both, the known ones first; their addresses stand beside it, so that whoever looks for
 * one, or only wants these, need not touch the entries.
 */
export class AddressBook {
  readonly #entries: Entry[] = [];
  /** Those of the entries, in the same order. */
  readonly #addresses: Address[] = [];
  /** Made when there are too many to look through; kept from then on. */
  #byAddress: Map<Address, Entry> | null = null;
  #knownCount = 0;
  #maxKnown: number;
  #maxCandidates: number;
  #version = 0;

  constructor(maxKnown: number, maxCandidates: number) {
    this.#maxKnown = maxKnown;
    this.#maxCandidates = maxCandidates;
  }

  /** Other bounds from now on. Those that are too many stay until they fail. */
  setBounds(maxKnown: number, maxCandidates: number): void {
    this.#maxKnown = maxKnown;
    this.#maxCandidates = maxCandidates;
  }

  /** How many peers can be known at once, as things are. */
  get mostKnown(): number {
    return Math.max(this.#maxKnown, this.#knownCount);
  }

  /** How many peers we have reached that have not failed since. */
  get knownCount(): number {
    return this.#knownCount;
  }

  /** One of them, from 0 to `knownCount`. */
  known(index: number): Entry {
    return this.#entries[index]!;
  }

  /** The address of one of them, likewise. */
  knownAddress(index: number): Address {
    return this.#addresses[index]!;
  }

  /** The addresses of all of them. */
  knownAddresses(): Address[] {
    return this.#addresses.slice(0, this.#knownCount);
  }

  /** Whether this is one of them. */
  isKnown(entry: Entry): boolean {
    return entry.index < this.#knownCount;
  }

  /** Whether there is no room for another known peer. */
  get isFull(): boolean {
    return this.#knownCount >= this.#maxKnown;
  }

  /** Changes whenever the known peers do. */
  get version(): number {
    return this.#version;
  }

  /** All addresses, the known ones first. Do not keep or change the array. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /**
   * Whether more candidates would be of use: twice as many as there is room for, and a few, are enough,
   * since most answer.
   */
  get wantsCandidates(): boolean {
    const room = this.#maxKnown - this.#knownCount;
    return (
      room > 0 && this.#candidates < Math.min(this.#maxCandidates, 2 * room + SPARE_CANDIDATES)
    );
  }

  /** What we know about `address`. */
  get(address: Address): Entry | undefined {
    if (this.#byAddress !== null) return this.#byAddress.get(address);
    const index = this.#addresses.indexOf(address);
    return index < 0 ? undefined : this.#entries[index];
  }

  /** How many candidates were never reached of which we know from the machine at `ip`. */
  unprovenFrom(ip: number): number {
    let count = 0;
    for (let i = this.#knownCount; i < this.#entries.length; i++) {
      const entry = this.#entries[i]!;
      if (!entry.isProven && originOf(entry) === ip) count++;
    }
    return count;
  }

  /** Adds a candidate, due at once; null when it is there already or there is no room. */
  add(address: Address, isStart: boolean, source: Entry | null = null): Entry | null {
    const isFull = this.#candidates >= this.#maxCandidates;
    if ((isFull && !isStart) || this.get(address) !== undefined) return null;
    const entry: Entry = {
      address,
      isStart,
      index: this.#entries.length,
      source,
      hearsay: null,
      isProven: false,
      kind: 'unknown',
      plain: null,
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
    this.#entries.push(entry);
    this.#addresses.push(address);
    this.#byAddress?.set(address, entry);
    if (this.#entries.length > LOOKED_THROUGH) this.#byAddress ??= this.#map();
    return entry;
  }

  /** The peer at this address has answered. False when there is no room for it among the known. */
  markKnown(entry: Entry): boolean {
    if (this.isKnown(entry)) return true;
    if (this.isFull) return false;
    if (entry.source !== null && !entry.isProven) entry.source.hearsay!.unproven--;
    entry.isProven = true;
    // Not needed any more, and it would keep all that ever led to this one alive.
    entry.source = null;
    this.#swap(entry, this.#knownCount);
    this.#knownCount++;
    this.#version++;
    return true;
  }

  /** The peer at this address has failed: it is a candidate again. True when it was known. */
  markUnknown(entry: Entry): boolean {
    if (!this.isKnown(entry)) return false;
    this.#knownCount--;
    this.#swap(entry, this.#knownCount);
    this.#version++;
    return true;
  }

  /** Forgets a candidate. */
  remove(entry: Entry): void {
    if (this.#entries[entry.index] !== entry) return;
    if (entry.source !== null && !entry.isProven) {
      entry.source.hearsay!.unproven--;
      entry.source.hearsay!.junk++;
      entry.source = null;
    }
    this.#swap(entry, this.#entries.length - 1);
    this.#entries.pop();
    this.#addresses.pop();
    this.#byAddress?.delete(entry.address);
  }

  get #candidates(): number {
    return this.#entries.length - this.#knownCount;
  }

  /** Lets an entry and the one at `index` change places. */
  #swap(entry: Entry, index: number): void {
    const other = this.#entries[index]!;
    this.#put(other, entry.index);
    this.#put(entry, index);
  }

  #put(entry: Entry, index: number): void {
    entry.index = index;
    this.#entries[index] = entry;
    this.#addresses[index] = entry.address;
  }

  #map(): Map<Address, Entry> {
    return new Map(this.#entries.map((entry) => [entry.address, entry]));
  }
}
