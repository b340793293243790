import type { DialGate, Dialler } from './dial-gate.ts';

/**
 * How one connection of ours gets to be dialled.
 *
 *   waiting ⇄ inside the gate → out of it
 */
export class Dialling implements Dialler {
  readonly #gate: DialGate;
  readonly #connect: () => void;
  #state: 'waiting' | 'inside' | 'out' = 'waiting';
  #sinceMs: number = performance.now();
  #waitedMs = 0;

  /** `connect` is called when it has its turn; again when the system had no files for it. */
  constructor(gate: DialGate, connect: () => void) {
    this.#gate = gate;
    this.#connect = connect;
  }

  get isWaiting(): boolean {
    return this.#state === 'waiting';
  }

  get isGone(): boolean {
    return this.#state === 'out';
  }

  /** Time that it has waited so far, in microseconds. */
  get waitedUs(): number {
    const nowMs = this.isWaiting ? performance.now() - this.#sinceMs : 0;
    return Math.round((this.#waitedMs + nowMs) * 1_000);
  }

  /** Waits for a turn. Once. */
  start(): void {
    this.#gate.enter(this);
  }

  dialNow(): void {
    this.#waitedMs += performance.now() - this.#sinceMs;
    this.#state = 'inside';
    this.#connect();
  }

  /** The system had no file for it. */
  tryAgain(): void {
    this.#state = 'waiting';
    this.#sinceMs = performance.now();
    this.#gate.leaveForWantOfFiles(this);
  }

  /** It waits no longer, or its connection is no longer one that counts. */
  leave(): void {
    const wasInside = this.#state === 'inside';
    this.#state = 'out';
    if (wasInside) this.#gate.leave();
  }
}
