import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Judgement, RequestClass } from '../../src/check/ground-truth.ts';
import { TimeSeries } from '../../src/stats/time-series.ts';

const MS = 1_000;
const HOUR = 3_600_000_000;

test('a run that never began has no buckets', () => {
  expect(new TimeSeries().result(0)).toEqual({ bucketSeconds: 0.1, buckets: [] });
});

test('requests count when they were due, and when they came to their ends', () => {
  const series = new TimeSeries();
  series.due(50 * MS);
  series.due(99 * MS);
  series.judged(ended('correct', 50 * MS, 150 * MS, 500), 100 * MS);
  series.judged(ended('failed', 99 * MS, 250 * MS, 700), null);
  const { bucketSeconds, buckets } = series.result(300 * MS);
  expect(bucketSeconds).toBe(0.1);
  expect(buckets).toEqual([
    { ...EMPTY, due: 2 },
    { ...EMPTY, correct: 1, bytes: 500, p50Ms: near(100), p99Ms: near(100) },
    { ...EMPTY, failed: 1 },
  ]);
});

test('a request that never came to an end counts when it was due', () => {
  const series = new TimeSeries();
  series.judged({ ...ended('failed', 150 * MS, 0, 0), done: null }, null);
  expect(series.result(300 * MS).buckets.map(({ failed }) => failed)).toEqual([0, 1, 0]);
});

test('an answer that is no truth brings a time and no bytes', () => {
  const series = new TimeSeries();
  series.judged(ended('wrong', 0, 20 * MS, 500), 20 * MS);
  const [bucket] = series.result(20 * MS).buckets;
  expect(bucket).toMatchObject({ wrong: 1, bytes: 0, p50Ms: near(20) });
});

describe('buckets', () => {
  test('are there up to the end of the run, and none begins with it', () => {
    const series = new TimeSeries();
    expect(series.result(250 * MS).buckets).toHaveLength(3);
    expect(new TimeSeries().result(300 * MS).buckets).toHaveLength(3);
    expect(new TimeSeries().result(301 * MS).buckets).toHaveLength(4);
  });

  test('are 240 at most, and twice as long when that is too few', () => {
    const series = new TimeSeries();
    series.due(0);
    series.due(100 * MS);
    series.due(23_999 * MS);
    expect(series.result(24_000 * MS)).toMatchObject({ bucketSeconds: 0.1 });
    series.due(24_000 * MS);
    const { bucketSeconds, buckets } = series.result(24_000 * MS + 1);
    expect(bucketSeconds).toBe(0.2);
    expect(buckets.map(({ due }) => due)).toEqual([2, ...Array(118).fill(0), 1, 1]);
  });

  test('that are joined have the times of both', () => {
    const series = new TimeSeries();
    series.judged(ended('correct', 0, 10 * MS, 1), 10 * MS);
    series.judged(ended('correct', 0, 110 * MS, 2), 110 * MS);
    series.judged(ended('correct', 0, 310 * MS, 4), 310 * MS);
    const { buckets } = series.result(24_100 * MS);
    expect(buckets[0]).toMatchObject({ correct: 2, bytes: 3, p50Ms: near(10), p99Ms: near(110) });
    expect(buckets[1]).toMatchObject({ correct: 1, bytes: 4, p50Ms: near(310) });
    expect(buckets[2]).toMatchObject({ correct: 0, p50Ms: null });
  });

  test('lose nothing, whenever it comes, in memory that does not grow', () => {
    const times = fc.array(fc.integer({ min: 0, max: 24 * HOUR }), { maxLength: 200 });
    fc.assert(
      fc.property(times, (due) => {
        const series = new TimeSeries();
        for (const atUs of due) series.due(atUs);
        const { bucketSeconds, buckets } = series.result(Math.max(1, ...due.map((at) => at + 1)));
        expect(buckets.length).toBeLessThanOrEqual(240);
        const expected = buckets.map(() => 0);
        for (const atUs of due) expected[Math.floor(atUs / 1e6 / bucketSeconds)]!++;
        expect(buckets.map((bucket) => bucket.due)).toEqual(expected);
      }),
    );
  });
});

const EMPTY = {
  due: 0,
  correct: 0,
  wrong: 0,
  excused: 0,
  failed: 0,
  bytes: 0,
  p50Ms: null,
  p99Ms: null,
};

/** As near as the quantiles of a bucket are. */
function near(ms: number): unknown {
  return expect.toSatisfy((value: number) => Math.abs(value - ms) <= 0.016 * ms);
}

function ended(verdict: RequestClass, dueUs: number, doneUs: number, sizeBytes: number): Judgement {
  return {
    due: { kind: 'due', atUs: dueUs, request: 0, phase: 0, peer: 0, image: 0 },
    done: {
      kind: 'done',
      atUs: doneUs,
      request: 0,
      outcome: 'found',
      from: 1,
      sizeBytes,
      sha256: '',
      attempts: [],
    },
    class: verdict,
    why: '',
  };
}
