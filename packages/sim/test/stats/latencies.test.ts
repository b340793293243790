import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Latencies } from '../../src/stats/latencies.ts';

const QUANTILES = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999, max: 1 } as const;

describe('a summary', () => {
  test('of nothing is null', () => {
    expect(new Latencies().summary()).toBeNull();
  });

  test('is at most 0.1 % off the exact quantiles', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 60_000_000 }), { minLength: 1, maxLength: 2_000 }),
        (values) => {
          const summary = recorded(values).summary()!;
          const sorted = values.toSorted((a, b) => a - b);
          for (const [name, share] of Object.entries(QUANTILES)) {
            const rank = Math.ceil((sorted.length * Math.round(share * 1_000)) / 1_000);
            const exact = sorted[rank - 1]! / 1_000;
            const measured = summary[name as keyof typeof QUANTILES];
            expect(Math.abs(measured - exact)).toBeLessThanOrEqual(exact * 0.001 + 1e-9);
          }
          const mean = values.reduce((sum, one) => sum + one, 0) / values.length / 1_000;
          expect(Math.abs(summary.mean - mean)).toBeLessThanOrEqual(mean * 0.001 + 1e-9);
        },
      ),
    );
  });

  test('never goes down from one quantile to the next', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1 }), (values) => {
        const { p50, p90, p99, p999, max } = recorded(values).summary()!;
        const rising = [p50, p90, p99, p999, max];
        expect(rising.toSorted((a, b) => a - b)).toEqual(rising);
      }),
    );
  });
});

test('a share of a few stayed within the slowest of them', () => {
  const { p50, p90, p99 } = recorded([...Array<number>(59).fill(1_000), 5_000_000]).summary()!;
  expect([p50, p90]).toEqual([1, 1]);
  // 59 of 60 are less than 99%.
  expect(p99).toBeGreaterThan(4_900);
});

test('a latency of nothing, or below it, counts as one microsecond', () => {
  expect(recorded([0, -5, 0.2]).summary()).toMatchObject({ p50: 0.001, max: 0.001 });
});

test('added latencies are those of both', () => {
  const both = recorded([1_000, 2_000]);
  both.add(recorded([3_000, 4_000]));
  expect(both.summary()).toEqual(recorded([4_000, 3_000, 2_000, 1_000]).summary());
  both.add(new Latencies());
  expect(both.summary()!.max).toBeCloseTo(4, 2);
});

test('a few are told as they are, many a thousandth off at most, however they come together', () => {
  const many = Array.from({ length: 2_500 }, (_, i) => 1_000_003 + i * 4_001);
  expect(recorded(many.slice(0, 1_000)).summary()!.p50).toBe(many[499]! / 1_000);
  const joined = recorded(many.slice(0, 700));
  joined.add(recorded(many.slice(700, 1_300)));
  joined.add(recorded(many.slice(1_300)));
  expect(joined.summary()).toEqual(recorded(many).summary());
  const few = recorded(many.slice(0, 100));
  few.add(recorded(many.slice(100)));
  expect(few.summary()).toEqual(recorded(many).summary());
});

function recorded(values: readonly number[]): Latencies {
  const latencies = new Latencies();
  for (const value of values) latencies.record(value);
  return latencies;
}
