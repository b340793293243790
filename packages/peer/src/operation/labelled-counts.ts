/** Counts by the values of some labels. Values must come from closed sets: each has a place in memory. */
export class LabelledCounts {
  readonly labels: readonly string[];
  readonly #counts = new Map<string, number>();

  /** @param initial values that are there from the start, with 0 */
  constructor(labels: readonly string[], initial: readonly (readonly string[])[] = []) {
    this.labels = labels;
    for (const values of initial) this.#counts.set(values.join(' '), 0);
  }

  /** Adds to one count. Values have no spaces. */
  add(amount: number, first: string, second?: string): void {
    const key = second === undefined ? first : `${first} ${second}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + amount);
  }

  /** Every count with its labels. */
  *entries(): Generator<[labels: Record<string, string>, count: number]> {
    for (const [key, count] of this.#counts) {
      const values = key.split(' ');
      yield [Object.fromEntries(this.labels.map((label, i) => [label, values[i]!])), count];
    }
  }
}
