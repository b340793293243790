import { FairLine } from './fair-line.ts';

/** Rounds in a row that may bring a new caller each before requests are answered again. */
const MOST_ROUNDS = 64;

/**
 * When many callers are there, lets requests be answered in turn, one address after the other, and lets callers in
 * first. Node takes in one caller a round of its event loop (libuv calls `accept` once when the listening socket is
 * ready; seen with strace, Node 24.21), from a line of the system's that knows nothing of addresses; whoever stands in it waits for all that stand before it, and all the more when each of those is
 * answered as soon as it is in.
 */
export class LoopTurns {
  readonly #most: number;
  readonly #line = new FairLine();
  readonly #isCrowded: () => boolean;
  /** A caller has come since the last look. */
  #hasAccepted = false;
  #rounds = 0;
  #isArmed = false;

  /** At most `most` a round, once it is crowded; before that, all at once. */
  constructor(most: number, isCrowded: () => boolean) {
    this.#most = most;
    this.#isCrowded = isCrowded;
  }

  /** A caller was let in. */
  accepted(): void {
    this.#hasAccepted = true;
  }

  /** Calls `run`, now or in a later round, when the turn of `ip` has come. */
  enter(ip: number, run: () => void): void {
    if (!this.#isArmed && !this.#isCrowded()) return run();
    this.#line.wait(ip, run);
    this.#arm();
  }

  #arm(): void {
    if (this.#isArmed) return;
    this.#isArmed = true;
    setImmediate(() => this.#endRound());
  }

  #endRound(): void {
    this.#isArmed = false;
    if (this.#hasAccepted && this.#rounds++ < MOST_ROUNDS) {
      this.#hasAccepted = false;
      return this.#arm();
    }
    this.#hasAccepted = false;
    this.#rounds = 0;
    for (let given = 0; given < this.#most && this.#line.next(); given++);
    if (this.#line.isWaiting) this.#arm();
  }
}
