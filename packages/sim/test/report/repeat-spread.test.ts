import { expect, test } from 'vitest';
import { figuresOf, type RunFigures } from '../../src/report/repeat-figures.ts';
import { FigureColumns, renderSpreads, type Spreads } from '../../src/report/repeat-spread.ts';
import { counts, PASSING, VIRTUAL } from './results.ts';

function spreadOf(all: readonly RunFigures[]): Spreads {
  const columns = new FigureColumns();
  for (const figures of all) columns.add(figures);
  return columns.spreads;
}

test('the spread has the median, the smallest and the largest, over the runs that have the figure', () => {
  const all = [9_000, 1_000, null, 4_000, 2_000].map((p50) => ({
    'latency.p50': p50,
    'latency.p99': null,
    'requests.success': 1,
  }));
  const none = { low: null, high: null };
  expect(spreadOf(all)).toEqual({
    'latency.p50': { unit: 'time', runs: 4, median: 3_000, ...none, min: 1_000, max: 9_000 },
    'requests.success': { unit: 'share', runs: 5, median: 1, ...none, min: 1, max: 1 },
  });
  expect(renderSpreads(spreadOf(all), 5, { color: false, width: 80 })).toMatchInlineSnapshot(`
    "Over 5 runs           median  95% interval     min     max
    ──────────────────────────────────────────────────────────
    latency.p50 (4 runs)  3.0 ms             –  1.0 ms  9.0 ms
    requests.success        100%             –    100%    100%
    an interval takes 6 runs or more"
  `);
});

test('six runs have an interval', () => {
  const all = [1, 2, 3, 4, 5, 60].map((milliseconds) => ({
    'steady.latency.p99': milliseconds * 1e3,
  }));
  expect(spreadOf(all)['steady.latency.p99']).toMatchObject({ unit: 'time', median: 3_500 });
  expect(renderSpreads(spreadOf(all), 6, { color: false, width: 80 })).toMatchInlineSnapshot(`
    "Over 6 runs          median    95% interval     min    max
    ──────────────────────────────────────────────────────────
    steady.latency.p99   3.5 ms  1.0 ms – 60 ms  1.0 ms  60 ms"
  `);
});

test('the figures of a run are those that expectations name, in base units', () => {
  const figures = figuresOf(PASSING);
  expect(figures).toMatchObject({
    'requests.success': 1,
    'latency.p50': 2_400,
    'discovery.time': 312_000,
    'healed.discovery.time': null,
    'memory.peakRss': 212_400_000,
    'harness.lag.max': 3_200,
  });
  expect(Object.keys(figures).filter((name) => name.startsWith('steady.'))).toEqual([]);
});

test('those of phases stand there when several have requests', () => {
  const [, , steady] = PASSING.phases;
  const phases = [steady!, { ...steady!, name: 'later', latencyMs: null }];
  expect(figuresOf({ ...PASSING, phases })).toMatchObject({
    'steady.latency.p50': 2_400,
    'later.latency.p50': null,
    'later.requests.success': 1,
  });
});

test('requests that are excused do not count against success', () => {
  const requests = counts(10, { excused: 2, failed: 2 });
  expect(figuresOf({ ...PASSING, requests })['requests.success']).toBe(0.75);
  const none = counts(2, { excused: 2 });
  expect(figuresOf({ ...PASSING, requests: none })['requests.success']).toBeNull();
});

test('memory and lateness of the lab are no figures of the virtual world', () => {
  expect(figuresOf(VIRTUAL)).not.toHaveProperty(['memory.peakRss']);
  expect(figuresOf(VIRTUAL)).not.toHaveProperty(['harness.lag.max']);
});
