import { drawFrom, type Distribution } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';
import type { LinkLatencies } from '../scenario/scenario.ts';

/** More groups than a scenario can have. */
const GROUPS = 2 ** 21;

/** More peers than a scenario can have. */
const PEERS = 2 ** 21;

/** Slots for links that were asked for last, as a power of two: a quarter of a megabyte. */
const SLOT_BITS = 14;

/** Eleven days, longer than any run: some distributions draw numbers that no clock can count. */
const LONGEST_US = 1e12;

/**
 * The latency of each link, which it keeps for the whole run. It is drawn from a generator that belongs to
 * the link, so that nothing needs to be kept of 10¹⁰ links, and every world draws the same.
 */
export class LinkLatency {
  readonly #groupOf: Uint32Array;
  /** By the numbers of two groups. */
  readonly #between: ReadonlyMap<number, Distribution>;
  readonly #otherwise: Distribution | null;
  readonly #random: Random;
  // To draw takes a microsecond, and a connection asks for each of its pieces. Each slot holds one link.
  readonly #linkIn = new Float64Array(2 ** SLOT_BITS).fill(-1);
  readonly #usIn = new Float64Array(2 ** SLOT_BITS);

  /** `random` is that of the network, in every world. */
  constructor({ groupSizes, between, otherwise }: LinkLatencies, random: Random) {
    this.#groupOf = groupsOf(groupSizes);
    this.#between = new Map(between.map(({ from, to, latency }) => [from * GROUPS + to, latency]));
    this.#otherwise = otherwise;
    this.#random = random.fork('link latency');
  }

  /** Whole microseconds from one peer to another; 0 to itself, and where one of them is no peer. */
  us(from: number, to: number): number {
    const link = from * PEERS + to;
    const slot = slotOf(from, to);
    if (this.#linkIn[slot] === link) return this.#usIn[slot]!;
    const us = this.#draw(from, to);
    this.#linkIn[slot] = link;
    this.#usIn[slot] = us;
    return us;
  }

  #draw(from: number, to: number): number {
    const fromGroup = this.#groupOf[from];
    const toGroup = this.#groupOf[to];
    if (from === to || fromGroup === undefined || toGroup === undefined) return 0;
    const latency = this.#between.get(fromGroup * GROUPS + toGroup) ?? this.#otherwise;
    if (latency === null) return 0;
    if (latency.kind === 'constant') return latency.value;
    return Math.min(LONGEST_US, Math.round(drawFrom(latency, this.#generatorOf(from, to))));
  }

  /** The same both ways: a way that is long is long in both directions, even where these have a distribution each. */
  #generatorOf(from: number, to: number): Random {
    return this.#random.fork('from', Math.min(from, to)).fork('to', Math.max(from, to));
  }
}

/** Spreads links over the slots. */
function slotOf(from: number, to: number): number {
  return (Math.imul(from, 0x9e3779b1) ^ Math.imul(to, 0x85ebca6b)) >>> (32 - SLOT_BITS);
}

/** For each peer the number of its group. */
function groupsOf(sizes: readonly number[]): Uint32Array {
  const groups = new Uint32Array(sizes.reduce((sum, size) => sum + size, 0));
  let first = 0;
  sizes.forEach((size, group) => {
    groups.fill(group, first, first + size);
    first += size;
  });
  return groups;
}
