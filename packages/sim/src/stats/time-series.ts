/**
 * What came of the requests over time, in buckets of equal length. There are never more than a bounded
 * number of them: when a run goes on beyond the last one, every two become one of twice the length. So a
 * day takes no more memory than a minute.
 */
import type { Judgement } from '../check/ground-truth.ts';
import type { SeriesBucket, SeriesResult } from '../result/result.ts';
import { CoarseHistogram } from './coarse-histogram.ts';

/** Enough for a chart of a screen's width; even, as they are joined in twos. */
const MOST_BUCKETS = 240;

/** The length that the buckets begin with. */
const FIRST_US = 100_000;

/** A bucket that is still counted in. */
interface Bucket extends Record<Counted, number> {
  /** Made when there is something in it: most buckets of a quiet phase have nothing. */
  latencies: CoarseHistogram | null;
}

type Counted = Exclude<keyof SeriesBucket, 'p50Ms' | 'p99Ms'>;

/** See the head of this file. */
export class TimeSeries {
  #bucketUs = FIRST_US;
  #buckets: Bucket[] = [];

  /** A request is due. */
  due(atUs: number): void {
    this.#at(atUs).due++;
  }

  /** A request has come to its end; one that never did counts when it was due. */
  judged({ due, done, class: verdict }: Judgement, latencyUs: number | null): void {
    const bucket = this.#at(done === null ? due.atUs : done.atUs);
    bucket[verdict]++;
    if (done !== null && verdict === 'correct') bucket.bytes += done.sizeBytes;
    if (latencyUs !== null) (bucket.latencies ??= new CoarseHistogram()).record(latencyUs);
  }

  /** All buckets up to the end of the run, the silent ones included. */
  result(endUs: number): SeriesResult {
    // The run ends within the last bucket, not at the beginning of one more.
    if (endUs > 0) this.#at(endUs - 1);
    return { bucketSeconds: this.#bucketUs / 1e6, buckets: this.#buckets.map(shown) };
  }

  /** More quantiles of the same buckets, for those who draw them; in milliseconds, null without answers. */
  bands(): { readonly p90Ms: number | null; readonly p999Ms: number | null }[] {
    return this.#buckets.map(({ latencies }) => ({
      p90Ms: quantileMs(latencies, 0.9),
      p999Ms: quantileMs(latencies, 0.999),
    }));
  }

  /** Correct answers of each bucket so far. */
  correct(): number[] {
    return this.#buckets.map((bucket) => bucket.correct);
  }

  #at(atUs: number): Bucket {
    while (atUs >= MOST_BUCKETS * this.#bucketUs) this.#widen();
    const index = Math.floor(Math.max(0, atUs) / this.#bucketUs);
    while (this.#buckets.length <= index) this.#buckets.push(emptyBucket());
    return this.#buckets[index]!;
  }

  #widen(): void {
    this.#bucketUs *= 2;
    const joined: Bucket[] = [];
    this.#buckets.forEach((bucket, i) => {
      if (i % 2 === 0) joined.push(bucket);
      else join(joined.at(-1)!, bucket);
    });
    this.#buckets = joined;
  }
}

function emptyBucket(): Bucket {
  return { due: 0, correct: 0, wrong: 0, excused: 0, failed: 0, bytes: 0, latencies: null };
}

/** Adds what is in the second one to the first. */
function join(one: Bucket, { latencies, ...counts }: Bucket): void {
  for (const key of Object.keys(counts) as Counted[]) one[key] += counts[key];
  if (one.latencies === null) one.latencies = latencies;
  else if (latencies !== null) one.latencies.add(latencies);
}

function shown({ latencies, ...counts }: Bucket): SeriesBucket {
  return { ...counts, p50Ms: quantileMs(latencies, 0.5), p99Ms: quantileMs(latencies, 0.99) };
}

function quantileMs(latencies: CoarseHistogram | null, share: number): number | null {
  const us = latencies?.quantile(share) ?? null;
  return us === null ? null : us / 1_000;
}
