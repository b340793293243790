import type { Links } from '../fault/trouble.ts';
import type { Random } from '../random/random.ts';
import type { LinkRule } from '../scenario/scenario.ts';
import { Pacer } from './fault/bandwidth.ts';
import { makeFaults } from './fault/kinds.ts';
import type { StreamFault } from './fault/stream-fault.ts';

/** The number of a caller that is no peer of the run: no rule is about it. */
export const OUTSIDE = -1;

/** A rule that holds now. */
export interface ActiveRule {
  /** Rules are numbered in the order in which they were added. */
  readonly number: number;
  readonly links: Links;
  readonly rule: LinkRule;
}

/** Whether a rule is about the bytes from one peer to another. */
export function covers({ links }: ActiveRule, from: number, to: number): boolean {
  return links.from.has(from) && links.to.has(to);
}

/** What the connections between two peers share, one way: from one, who may call, to the other. */
export class Link {
  readonly from: number;
  readonly to: number;
  readonly #random: Random;
  readonly #pacers = new Map<number, Pacer>();
  #calls = 0;

  constructor(from: number, to: number, root: Random) {
    this.from = from;
    this.to = to;
    this.#random = root.fork(`link from ${from}`, to);
  }

  /** The generator of the next call on this link. */
  nextCall(): Random {
    return this.#random.fork('call', this.#calls++);
  }

  /** What a rule does to one connection's bytes on this link; `random` is of that connection. */
  faults({ number, rule }: ActiveRule, random: Random, isOpen: boolean): StreamFault[] {
    const pacer = this.#pacers.get(number) ?? new Pacer();
    this.#pacers.set(number, pacer);
    return makeFaults(rule, { random: random.fork('rule', number), isOpen, pacer });
  }

  /** A rule has gone. */
  forget(rule: number): void {
    this.#pacers.delete(rule);
  }
}
