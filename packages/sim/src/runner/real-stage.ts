import type { Stage } from '../workload/conductor.ts';

/** The real clock as a stage: microseconds since `start`, and timers that end with the run. */
export class RealClock implements Pick<Stage, 'nowUs' | 'at'> {
  #originMs = performance.now();
  readonly #timers = new Set<NodeJS.Timeout>();
  #worstLagUs = 0;
  #isStopped = false;

  /** Sets the clock to 0. */
  start(): void {
    this.#originMs = performance.now();
  }

  nowUs(): number {
    return this.usAt(performance.now());
  }

  /** The time of this clock at a moment of `performance.now()`. */
  usAt(momentMs: number): number {
    return Math.round((momentMs - this.#originMs) * 1_000);
  }

  /** The other way round. */
  momentOf(atUs: number): number {
    return this.#originMs + atUs / 1_000;
  }

  at(atUs: number, action: () => void): void {
    if (this.#isStopped) return;
    const inMs = Math.max(0, Math.ceil((atUs - this.nowUs()) / 1_000));
    // Node cannot sleep longer at once; the clock then waits again.
    const sleepMs = Math.min(inMs, 2 ** 31 - 1);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const lateUs = this.nowUs() - atUs;
      // Node counts whole milliseconds and may ring a fraction of one too early.
      if (lateUs < 0) return this.at(atUs, action);
      this.#worstLagUs = Math.max(this.#worstLagUs, lateUs);
      action();
    }, sleepMs);
    this.#timers.add(timer);
  }

  /** How late a timer was at worst since the last call: the lab's own measure of itself. */
  takeWorstLagUs(): number {
    const worst = this.#worstLagUs;
    this.#worstLagUs = 0;
    return worst;
  }

  /** Calls nothing any more. */
  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
