import { expect, test } from 'vitest';
import { renderSpreads, seedFigures, spreadOf } from '../../src/report/seed-spread.ts';
import { counts, PASSING } from './results.ts';

test('the spread has the median, the smallest and the largest, over the runs that have the figure', () => {
  const all = [9, 1, null, 4, 2].map((p50Ms) => ({ p50Ms, p99Ms: null, success: 1 }));
  expect(spreadOf(all)).toEqual({
    p50Ms: { runs: 4, median: 3, min: 1, max: 9 },
    p99Ms: null,
    success: { runs: 5, median: 1, min: 1, max: 1 },
  });
  expect(renderSpreads(spreadOf(all), { color: false, width: 80 })).toMatchInlineSnapshot(`
    "Over the seeds       median     min     max
    ───────────────────────────────────────────
    latency p50          3.0 ms  1.0 ms  9.0 ms
    latency p99               –       –       –
    success                100%    100%    100%"
  `);
});

test('requests that are excused do not count against success', () => {
  const requests = counts(10, { excused: 2, failed: 2 });
  expect(seedFigures({ ...PASSING, requests }).success).toBe(0.75);
  expect(seedFigures({ ...PASSING, requests: counts(2, { excused: 2 }) }).success).toBeNull();
});
