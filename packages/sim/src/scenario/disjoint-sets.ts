/**
 * Which of the numbers 0 … count − 1 belong together (union-find). Both questions take next to no
 * time on average. Each set is known by its smallest number, so that nothing depends on the order of joining.
 */
export class DisjointSets {
  readonly #parents: Int32Array;
  #sets: number;

  /** Every number on its own. */
  constructor(count: number) {
    this.#parents = new Int32Array(count);
    for (let i = 0; i < count; i++) this.#parents[i] = i;
    this.#sets = count;
  }

  /** How many sets there are. */
  get sets(): number {
    return this.#sets;
  }

  /** The smallest number of the set that a number is in. */
  find(number: number): number {
    const parents = this.#parents;
    let at = number;
    while (parents[at] !== at) {
      // Halving the way each time keeps it short.
      const next = parents[parents[at]!]!;
      parents[at] = next;
      at = next;
    }
    return at;
  }

  /** Makes one set of two; false: they were one already. */
  join(one: number, other: number): boolean {
    const [a, b] = [this.find(one), this.find(other)];
    if (a === b) return false;
    this.#parents[Math.max(a, b)] = Math.min(a, b);
    this.#sets--;
    return true;
  }
}
