import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { Latency } from '../result/result.ts';

/**
 * A histogram of bounded memory (Node's own HDR histogram, three significant digits: at most 0.1 % off)
 * over microseconds.
 */
export class Latencies {
  readonly #histogram: RecordableHistogram = createHistogram({ figures: 3 });

  /** Records one latency; at least one microsecond. */
  record(us: number): void {
    this.#histogram.record(Math.max(1, Math.round(us)));
  }

  /** Adds all that another one has recorded. */
  add(other: Latencies): void {
    this.#histogram.add(other.#histogram);
  }

  /** In milliseconds; null when nothing was recorded. */
  summary(): Latency | null {
    const histogram = this.#histogram;
    if (histogram.count === 0) return null;
    return {
      mean: histogram.mean / 1_000,
      p50: this.#within(500),
      p90: this.#within(900),
      p99: this.#within(990),
      p999: this.#within(999),
      max: histogram.max / 1_000,
    };
  }

  /** The time that at least so many of a thousand stayed within, in milliseconds. */
  #within(perMille: number): number {
    const { count } = this.#histogram;
    // Node rounds the rank to the nearest one: the slowest of sixty would be beyond their p99.
    const rank = Math.ceil((count * perMille) / 1_000);
    return this.#histogram.percentile((100 * rank) / count) / 1_000;
  }
}
