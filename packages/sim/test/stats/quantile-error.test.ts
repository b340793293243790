import { describe, expect, test } from 'vitest';
import { exp, standardNormal } from '../../src/random/distributions.ts';
import { Random } from '../../src/random/random.ts';
import { CoarseHistogram } from '../../src/stats/coarse-histogram.ts';
import { Latencies } from '../../src/stats/latencies.ts';

const SAMPLES = 100_000;
const SHARES = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999, max: 1 } as const;

const random = Random.fromSeed(42).fork('quantile error');

/** Times as they come: most of them short, few of them very long. */
const DISTRIBUTIONS: Readonly<Record<string, () => number>> = {
  'log-normal around 20 ms': () => 20_000 * exp(standardNormal(random)),
  'log-normal around 300 µs, with a heavy tail': () => 300 * exp(2.5 * standardNormal(random)),
  'uniform up to a minute': () => random.below(60_000_000),
  'of two kinds, a thousandth of them slow': () =>
    random.below(1_000) === 0 ? 5_000_000 + random.below(1_000_000) : 500 + random.below(50),
  'all the same': () => 123_456,
};

describe.each(Object.entries(DISTRIBUTIONS))('of %s', (_, draw) => {
  const times = Array.from({ length: SAMPLES }, () => Math.max(1, Math.round(draw())));
  const sorted = Float64Array.from(times).sort();
  const exact = (share: number): number => sorted[Math.ceil(share * SAMPLES) - 1]!;

  test('no quantile of a run is more than 1 % off', () => {
    const latencies = new Latencies();
    for (const time of times) latencies.record(time);
    const summary = latencies.summary()!;
    for (const [name, share] of Object.entries(SHARES)) {
      const measured = summary[name as keyof typeof SHARES] * 1_000;
      expect(errorOf(measured, exact(share)), name).toBeLessThanOrEqual(0.01);
    }
  });

  test('no quantile of a bucket of time is more than 1.6 % off', () => {
    const histogram = new CoarseHistogram();
    for (const time of times) histogram.record(time);
    for (const share of Object.values(SHARES)) {
      const error = errorOf(histogram.quantile(share)!, exact(share));
      expect(error, String(share)).toBeLessThanOrEqual(0.016);
    }
  });
});

function errorOf(measured: number, exact: number): number {
  return Math.abs(measured - exact) / exact;
}
