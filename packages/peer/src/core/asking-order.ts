import { machineOf, type Address } from '../protocol/address.ts';
import type { AddressBook } from './address-book.ts';
import type { Experience } from './experience.ts';
import type { Host } from './host.ts';

/** So many times as many peers as can be known are asked at most, so that newcomers do not keep a search up for ever. */
const MOST_TURNOVERS = 4;

/**
 * Whom to ask next for one image: known peers by what earlier fetches taught (`Experience`), in random order
 * where that says nothing, so that load spreads. Each is named once. Peers that become known meanwhile are
 * taken in; those that are lost are left out.
 */
export class AskingOrder {
  readonly #host: Host;
  readonly #book: AddressBook;
  readonly #experience: Experience | null;
  readonly #name: string;
  readonly #asked: Address[] = [];
  /** Peers that have said that they have it. */
  readonly #owners: Address[] = [];
  /** Those not named yet, the ones to ask first in front. */
  #tiers: Address[][] = [];
  /** None of theirs is named any more. */
  readonly #passedOver = new Set<number>();
  /** Of the book, when the tiers were made. */
  #version = -1;

  constructor(host: Host, book: AddressBook, experience: Experience | null, name: string) {
    this.#host = host;
    this.#book = book;
    this.#experience = experience;
    this.#name = name;
  }

  /** The next one, which must be a peer of ours unless it `mayBePlain`; 0: there is none. */
  next(mayBePlain: boolean): Address {
    const owner = this.#nextOwner();
    if (owner !== 0) return owner;
    if (this.#version < 0 && this.#asked.length === 0) {
      const giver = this.#giver(mayBePlain);
      if (giver !== 0) return giver;
    }
    if (this.#asked.length >= MOST_TURNOVERS * this.#book.mostKnown) return 0;
    if (this.#version !== this.#book.version) this.#sort();
    for (const tier of this.#tiers) {
      const address = this.#draw(tier, mayBePlain);
      if (address === 0) continue;
      this.#asked.push(address);
      return address;
    }
    return 0;
  }

  /** One that was asked has the image, and was not needed: it is named again, before all others. */
  putFirst(address: Address): void {
    this.#owners.push(address);
  }

  /** No other address of this one's machine is named from here on. */
  passOver(address: Address): void {
    this.#passedOver.add(machineOf(address));
  }

  #nextOwner(): Address {
    let owner: Address | undefined;
    do owner = this.#owners.pop();
    while (owner !== undefined && this.#isPassedOver(owner));
    return owner ?? 0;
  }

  #isPassedOver(address: Address): boolean {
    return this.#passedOver.size > 0 && this.#passedOver.has(machineOf(address));
  }

  /** Who gave it last time, as mostly: nobody else need be sorted then. */
  #giver(mayBePlain: boolean): Address {
    const address = this.#experience?.giverOf(this.#name) ?? 0;
    const entry = address === 0 ? undefined : this.#book.get(address);
    if (entry === undefined || !this.#book.isKnown(entry)) return 0;
    if (!mayBePlain && entry.kind !== 'ours') return 0;
    this.#asked.push(address);
    return address;
  }

  #sort(): void {
    this.#version = this.#book.version;
    const known = this.#book.knownAddresses();
    const left =
      this.#asked.length === 0 ? known : known.filter((address) => !this.#asked.includes(address));
    this.#tiers = this.#experience?.tiers(this.#name, left) ?? [left];
  }

  #draw(tier: Address[], mayBePlain: boolean): Address {
    const count = tier.length;
    if (count === 0) return 0;
    const start = this.#host.random32() % count;
    for (let i = 0; i < count; i++) {
      const index = (start + i) % count;
      const address = tier[index]!;
      if (!mayBePlain && this.#book.get(address)?.kind !== 'ours') continue;
      if (this.#isPassedOver(address)) continue;
      tier[index] = tier[count - 1]!;
      tier.pop();
      return address;
    }
    return 0;
  }
}
