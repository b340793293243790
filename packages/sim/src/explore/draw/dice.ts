import type { Random } from '../../random/random.ts';

/** Draws what scenarios are made of, from one generator. */
export class Dice {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A whole number between the two, both included. */
  between(least: number, most: number): number {
    return least + this.#random.below(most - least + 1);
  }

  /** Whether something happens that does so in `share` of all cases. */
  chance(share: number): boolean {
    return this.#random.share() < share;
  }

  /** One of the items, all alike. */
  one<T>(items: readonly T[]): T {
    return items[this.#random.below(items.length)]!;
  }

  /** A share of the items, each drawn by itself, in their order. */
  some<T>(items: readonly T[], share: number): T[] {
    return items.filter(() => this.chance(share));
  }

  /** A duration as a scenario has it. */
  millis(least: number, most: number): string {
    return `${this.between(least, most)}ms`;
  }
}
