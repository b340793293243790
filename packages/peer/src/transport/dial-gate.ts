/** How long nobody dials after the system had no file for it. */
const PAUSE_MS = 100;

/** Someone who waits for a turn to dial. */
export interface Dialler {
  /** Has given up: it is passed over. */
  readonly isGone: boolean;
  /** Its turn has come; it leaves the gate later. */
  dialNow(): void;
}

/**
 * Lets only so many dial at once, in the order in which they came. Each connection is a file of the process, and a
 * process has only so many: two thousand peers in one process that greet eight others each at once had none left to
 * accept with, and the system then drops whoever calls.
 */
export class DialGate {
  readonly #most: () => number;
  readonly #waiting: Dialler[] = [];
  /** Those before it have had their turn. */
  #head = 0;
  #inside = 0;
  #pause: NodeJS.Timeout | null = null;

  /** At most `most()` are inside at once; by default, as many as the system has files for. */
  constructor(most: () => number = () => Infinity) {
    this.#most = most;
  }

  /** Has `dialler` dial, now or in a later event. */
  enter(dialler: Dialler): void {
    this.#waiting.push(dialler);
    this.#admit();
  }

  /** One that was inside has done. */
  leave(): void {
    this.#inside--;
    this.#admit();
  }

  /** One that was inside found that there are no files left: it enters again, and all wait for a while. */
  leaveForWantOfFiles(dialler: Dialler): void {
    this.#inside--;
    this.#waiting.push(dialler);
    this.#pause ??= setTimeout(() => {
      this.#pause = null;
      this.#admit();
    }, PAUSE_MS);
  }

  #admit(): void {
    while (this.#pause === null && this.#inside < this.#most()) {
      const next = this.#waiting[this.#head];
      if (next === undefined) break;
      this.#head++;
      if (next.isGone) continue;
      this.#inside++;
      next.dialNow();
    }
    this.#shorten();
  }

  /** Forgets those that have had their turn, once they are the larger part. */
  #shorten(): void {
    if (this.#head * 2 < this.#waiting.length) return;
    this.#waiting.splice(0, this.#head);
    this.#head = 0;
  }
}
