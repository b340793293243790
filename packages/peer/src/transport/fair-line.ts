/** A line in which one address comes after the other, each with its own in their order. */
export class FairLine {
  /** An address goes to the end when one of its own has come: a map keeps the order in which its keys came. */
  readonly #waiting = new Map<number, (() => void)[]>();

  /** Whether anybody waits. */
  get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** Has `run` wait among those of `ip`. */
  wait(ip: number, run: () => void): void {
    const own = this.#waiting.get(ip);
    if (own === undefined) this.#waiting.set(ip, [run]);
    else own.push(run);
  }

  /** Calls the one whose turn it is. False when nobody waits. */
  next(): boolean {
    for (const [ip, own] of this.#waiting) {
      const run = own.shift()!;
      this.#waiting.delete(ip);
      if (own.length > 0) this.#waiting.set(ip, own);
      run();
      return true;
    }
    return false;
  }
}
