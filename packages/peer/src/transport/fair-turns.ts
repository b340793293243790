import { FairLine } from './fair-line.ts';

/**
 * Lets only so many read from the disk at once, and where more want to, one address after the other: what an
 * address gets does not grow with the number of its connections. As a rule nobody waits, and then a turn costs
 * an addition.
 */
export class FairTurns {
  readonly #most: number;
  readonly #line = new FairLine();
  #inside = 0;

  /** At most `most` are inside at once. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Calls `run`, now or in a later event, when the turn of `ip` has come. It must lead to one `leave`. */
  enter(ip: number, run: () => void): void {
    if (this.#inside >= this.#most) return this.#line.wait(ip, run);
    this.#inside++;
    run();
  }

  /** One that was inside has done. */
  leave(): void {
    if (!this.#line.next()) this.#inside--;
  }
}
