import type { Address } from '../protocol/address.ts';

/**
 * What kind of peer answers at an address. `plain` closes on an announcing greeting and gets bare
 * ones from then on.
 */
export type PeerKind = 'unknown' | 'ours' | 'plain';

/** What we know about one address. */
export interface Entry {
  readonly address: Address;
  /** A starting address: never forgotten. */
  isStart: boolean;
  kind: PeerKind;
  /** Place among the known peers; -1 for a candidate. */
  knownIndex: number;
  /** A greeting or a place in the queue for one. */
  isBusy: boolean;
  /** Failed tries in a row. */
  failures: number;
  /** When to greet it next; host time. */
  dueUs: number;
  /** The pause before `dueUs`, which grows while greeting it teaches nothing new. */
  pauseUs: number;
}

/**
 * The addresses that a peer has heard of, and among them those that it has reached itself. Only the
 * latter are handed on. Bounded: `known` and `candidates` limit both kinds.
 */
export class AddressBook {
  readonly #entries = new Map<Address, Entry>();
  readonly #known: Entry[] = [];
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

  /** Whether there is no room for another known peer. */
  get isFull(): boolean {
    return this.#known.length >= this.#maxKnown;
  }

  /** Changes whenever the known peers do. */
  get version(): number {
    return this.#version;
  }

  /** All addresses, known or not, in the order in which they were heard of. */
  entries(): IterableIterator<Entry> {
    return this.#entries.values();
  }

  /** What we know about `address`. */
  get(address: Address): Entry | undefined {
    return this.#entries.get(address);
  }

  /** Adds a candidate, due at once; null when it is there already or there is no room. */
  add(address: Address, isStart: boolean): Entry | null {
    const isFull = this.#entries.size - this.#known.length >= this.#maxCandidates;
    if (this.#entries.has(address) || (isFull && !isStart)) return null;
    const entry: Entry = {
      address,
      isStart,
      kind: 'unknown',
      knownIndex: -1,
      isBusy: false,
      failures: 0,
      dueUs: 0,
      pauseUs: 0,
    };
    this.#entries.set(address, entry);
    return entry;
  }

  /** The peer at this address has answered. False when there is no room for it among the known. */
  markKnown(entry: Entry): boolean {
    if (entry.knownIndex >= 0) return true;
    if (this.isFull) return false;
    entry.knownIndex = this.#known.length;
    this.#known.push(entry);
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
    if (last !== entry) {
      last.knownIndex = index;
      this.#known[index] = last;
    }
    return true;
  }

  /** Forgets a candidate. */
  remove(entry: Entry): void {
    this.#entries.delete(entry.address);
  }
}
