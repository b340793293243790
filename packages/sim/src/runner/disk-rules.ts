import type { Heal } from '../fault/trouble.ts';
import type { DiskRule } from '../scenario/scenario.ts';

/** What is wrong with the disk of one peer now, whether the peer is up or not. Rules add up. */
export class DiskRules {
  readonly #held = new Set<DiskRule>();

  /** Adds a rule; what it gives takes that back. */
  add(rule: DiskRule): Heal {
    // Its own object: the same rule may hold twice.
    const held = { ...rule };
    this.#held.add(held);
    return () => this.#held.delete(held);
  }

  /** Nothing can be saved. */
  get isFull(): boolean {
    return [...this.#held].some((rule) => rule.isFull);
  }

  /** No image can be opened. */
  get isUnreadable(): boolean {
    return [...this.#held].some((rule) => rule.isUnreadable);
  }

  /** Opening and saving take so much longer. */
  get slowMs(): number {
    return [...this.#held].reduce((sum, rule) => sum + rule.slowUs, 0) / 1_000;
  }
}
