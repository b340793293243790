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
      p50: histogram.percentile(50) / 1_000,
      p90: histogram.percentile(90) / 1_000,
      p99: histogram.percentile(99) / 1_000,
      p999: histogram.percentile(99.9) / 1_000,
      max: histogram.max / 1_000,
    };
  }
}
