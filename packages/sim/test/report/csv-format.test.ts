import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import type { Subject } from '../../src/report/format.ts';
import { CSV_FORMAT } from '../../src/report/csv-format.ts';
import { RepeatTally } from '../../src/report/repeat-report.ts';
import { PASSING } from './results.ts';

/** What a reader of such files finds. */
function read(subject: Subject): Record<string, string>[] {
  return parse([...CSV_FORMAT.pieces!(subject)].join(''), { columns: true });
}

test('a run has a row for each bucket of time and one for each phase', () => {
  const rows = read({ kind: 'run', result: PASSING });
  const [times, phases] = ['time', 'phase'].map((kind) =>
    rows.filter((row) => row['kind'] === kind),
  );
  expect(times!.length).toBe(PASSING.series.buckets.length);
  expect(times!.map((row) => Number(row['due']))).toEqual(
    PASSING.series.buckets.map(({ due }) => due),
  );
  expect(times![3]).toMatchObject({ start_seconds: '1.5', seconds: '0.5', p50_ms: '2.4' });
  expect(times![3]!['bytes_per_second']).toBe(String(50 * 66_000 * 2));
  // The run ends within the last one, which is shorter.
  expect(times![12]).toMatchObject({ start_seconds: '6', seconds: '0.312' });
  const { bytes } = PASSING.series.buckets[12]!;
  expect(Number(times![12]!['bytes_per_second'])).toBeCloseTo(bytes / 0.312, 0);
  expect(phases!.map((row) => row['phase'])).toEqual(['discover', 'warm-up', 'steady']);
  expect(phases![2]).toMatchObject({ due: '1040', p99_ms: '18', start_seconds: '' });
});

test('text from outside is one cell, and no formula', () => {
  const rows = read({ kind: 'run', result: { ...PASSING, scenario: '=1+1,"a"\nb' } });
  expect(rows.every((row) => row['scenario'] === `'=1+1,"a"\nb`)).toBe(true);
});

test('repetitions have a row for each figure of each run', () => {
  const tally = new RepeatTally(2, true);
  for (const run of [1, 2]) {
    const figures = { 'latency.p99': 18_000 * run, throughput: null };
    tally.add({ ...PASSING, run, figures, traceHash: null });
  }
  const seeds = { first: 42, last: 42 };
  const report = tally.report({ ...PASSING, seeds, events: null });
  const rows = read({ kind: 'repeats', report });
  expect(rows.map(({ run, figure, value }) => [run, figure, value])).toEqual([
    ['1', 'latency.p99', '18000'],
    ['1', 'throughput', ''],
    ['2', 'latency.p99', '36000'],
    ['2', 'throughput', ''],
  ]);
});
