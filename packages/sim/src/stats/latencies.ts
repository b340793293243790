import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { Latency } from '../result/result.ts';

/** So many are kept one by one: a histogram takes 360 KB and 50 µs, and most phases of small runs have fewer. */
const MOST_SINGLE = 1_000;

/**
 * A histogram of bounded memory over microseconds. Of a thousand its quantiles are exact; of more they are those of
 * Node's own HDR histogram with three significant digits, at most 0.1 % off.
 */
export class Latencies {
  /** All of them; null once there are too many. */
  #single: number[] | null = [];
  #histogram: RecordableHistogram | null = null;

  /** Records one latency; at least one microsecond. */
  record(us: number): void {
    const wholeUs = Math.max(1, Math.round(us));
    if (this.#single === null) this.#histogram!.record(wholeUs);
    else if (this.#single.push(wholeUs) > MOST_SINGLE) this.#condensed();
  }

  /** Adds all that another one has recorded. */
  add(other: Latencies): void {
    if (other.#single === null) this.#condensed().add(other.#histogram!);
    else for (const us of other.#single) this.record(us);
  }

  /** In milliseconds; null when nothing was recorded. */
  summary(): Latency | null {
    if (this.#single === null) return condensedSummary(this.#histogram!);
    return this.#single.length === 0 ? null : exactSummary(this.#single);
  }

  #condensed(): RecordableHistogram {
    const histogram = (this.#histogram ??= createHistogram({ figures: 3 }));
    for (const us of this.#single ?? []) histogram.record(us);
    this.#single = null;
    return histogram;
  }
}

function exactSummary(values: readonly number[]): Latency {
  const sorted = Float64Array.from(values).sort();
  const sum = sorted.reduce((before, us) => before + us, 0);
  return {
    mean: sum / sorted.length / 1_000,
    ...quantiles((perMille) => sorted[rankOf(perMille, sorted.length) - 1]!),
    max: sorted.at(-1)! / 1_000,
  };
}

function condensedSummary(histogram: RecordableHistogram): Latency {
  const { count, mean, max } = histogram;
  return {
    mean: mean / 1_000,
    // Node rounds the rank to the nearest one: the slowest of sixty would be beyond their p99.
    ...quantiles((perMille) => histogram.percentile((100 * rankOf(perMille, count)) / count)),
    max: max / 1_000,
  };
}

/** `withinUs` is the time that at least so many of a thousand stayed within. */
function quantiles(withinUs: (perMille: number) => number): Omit<Latency, 'mean' | 'max'> {
  return {
    p50: withinUs(500) / 1_000,
    p90: withinUs(900) / 1_000,
    p99: withinUs(990) / 1_000,
    p999: withinUs(999) / 1_000,
  };
}

function rankOf(perMille: number, count: number): number {
  return Math.ceil((count * perMille) / 1_000);
}
