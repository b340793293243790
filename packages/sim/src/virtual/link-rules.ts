import type { Links } from '../fault/trouble.ts';
import type { Random } from '../random/random.ts';
import type { LinkRule } from '../scenario/scenario.ts';
import type { Segment } from './segment.ts';

/** What holds for one link, one way: all the rules about it taken together. */
export interface LinkState {
  readonly rule: LinkRule;
  /** Belongs to the link, so that what happens on others shifts nothing here. */
  readonly random: Random;
  /** When its wire is free again, with limited bandwidth. */
  freeUs: number;
}

/** A rule that holds until it is taken back. */
interface Held {
  readonly links: Links;
  readonly rule: LinkRule;
}

/** More hosts than a world can have. */
const HOSTS = 2 ** 21;

/** The rules for links that are not as the rest of the network. */
export class LinkRules {
  readonly #random: Random;
  readonly #held = new Set<Held>();
  /** By link; null: nothing is wrong with it. Emptied whenever the rules change. */
  readonly #states = new Map<number, LinkState | null>();
  /** What a link keeps while rules come and go. */
  readonly #kept = new Map<number, { readonly random: Random; freeUs: number }>();
  #isLossy = false;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Whether a rule has ever made a link lose anything. */
  get isLossy(): boolean {
    return this.#isLossy;
  }

  /** Adds a rule; the function that is returned takes it back. */
  add(links: Links, rule: LinkRule): () => void {
    const held = { links, rule };
    this.#held.add(held);
    this.#isLossy ||= rule.loss > 0;
    this.#states.clear();
    return () => {
      this.#held.delete(held);
      this.#states.clear();
    };
  }

  /** What holds from one host to another; null: nothing is wrong. */
  of(from: number, to: number): LinkState | null {
    if (this.#held.size === 0) return null;
    const key = from * HOSTS + to;
    let state = this.#states.get(key);
    if (state === undefined) {
      state = this.#make(key, from, to);
      this.#states.set(key, state);
    }
    return state;
  }

  /** What the rules for a link add to the time that a packet without bytes takes. */
  delayUs(from: number, to: number): number {
    const state = this.of(from, to);
    return state === null ? 0 : linkDelayUs(state, 0, 0);
  }

  /** Whether the rules lose what is sent over a link now; drawn anew for each try. */
  loses(from: number, to: number): boolean {
    const state = this.of(from, to);
    if (state === null || state.rule.loss === 0) return false;
    return state.random.next32() < Math.floor(state.rule.loss * 2 ** 32);
  }

  #make(key: number, from: number, to: number): LinkState | null {
    const rules = [...this.#held]
      .filter(({ links }) => links.from.has(from) && links.to.has(to))
      .map(({ rule }) => rule);
    if (rules.length === 0) return null;
    let kept = this.#kept.get(key);
    if (kept === undefined) {
      kept = { random: this.#random.fork('link', key), freeUs: 0 };
      this.#kept.set(key, kept);
    }
    return Object.assign(kept, { rule: rules.reduce(both) });
  }
}

/**
 * What the rules for a link add to the time that `bytes` take, once they get through. Whoever has to wait for
 * the wire of the link waits from `nowUs` on.
 */
export function linkDelayUs(state: LinkState, bytes: number, nowUs: number): number {
  const { latencyUs, jitterUs, bandwidthBytesPerSecond } = state.rule;
  let delay = latencyUs;
  if (jitterUs > 0) delay += state.random.below(jitterUs + 1);
  if (bandwidthBytesPerSecond > 0 && bytes > 0) {
    const takesUs = Math.ceil((bytes * 1e6) / bandwidthBytesPerSecond);
    state.freeUs = Math.max(state.freeUs, nowUs) + takesUs;
    delay += state.freeUs - nowUs;
  }
  return delay;
}

/** What arrives of a segment: as a rule itself, but on a link that corrupts perhaps not quite. */
export function spoilt({ rule, random }: LinkState, segment: Segment): Segment {
  if (rule.corrupt === 0 || segment.length === 0) return segment;
  if (random.next32() >= rule.corrupt * 2 ** 32) return segment;
  return segment.corrupted(random.below(segment.length), 1 << random.below(8));
}

/** Two rules at once. */
function both(a: LinkRule, b: LinkRule): LinkRule {
  return {
    latencyUs: a.latencyUs + b.latencyUs,
    jitterUs: a.jitterUs + b.jitterUs,
    bandwidthBytesPerSecond: tighter(a.bandwidthBytesPerSecond, b.bandwidthBytesPerSecond),
    loss: 1 - (1 - a.loss) * (1 - b.loss),
    corrupt: 1 - (1 - a.corrupt) * (1 - b.corrupt),
    cut: a.cut ?? b.cut,
    isReset: a.isReset || b.isReset,
    isHalfOpen: a.isHalfOpen || b.isHalfOpen,
    limitBytes: tighter(a.limitBytes, b.limitBytes),
    slowCloseUs: Math.max(a.slowCloseUs, b.slowCloseUs),
  };
}

/** The smaller of two bounds, of which 0 is none. */
function tighter(a: number, b: number): number {
  return a === 0 ? b : b === 0 ? a : Math.min(a, b);
}
