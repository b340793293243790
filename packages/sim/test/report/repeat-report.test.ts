import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import {
  RepeatTally,
  type RepeatedRun,
  type RepeatReport,
} from '../../src/report/repeat-report.ts';
import { repeatJsonSchema, repeatSchema } from '../../src/report/repeat-schema.ts';
import type { Verdict } from '../../src/result/result.ts';
import { RENEW, RUNS_SCHEMA_FILE } from './renew-schema.ts';
import { PASSING } from './results.ts';

const FACTS = {
  scenario: 'mesh-10',
  scenarioDigest: PASSING.scenarioDigest,
  file: 'scenarios/mesh-10.yaml',
  cell: { number: 2, of: 4, values: { seed: '7' } },
  runner: 'loopback',
  seeds: { first: 42, last: 42 },
  events: null,
  wallSeconds: 3,
  environment: PASSING.environment,
};

function run(number: number, verdict: Verdict, p50: number | null = 1_000): RepeatedRun {
  const reasons = verdict === 'pass' ? [] : ['because'];
  const figures = { 'latency.p50': p50 };
  return { run: number, seed: 42, verdict, reasons, wallSeconds: 1, figures, traceHash: null };
}

function report(runs: readonly RepeatedRun[], keepsResults = true): RepeatReport {
  const tally = new RepeatTally(9, keepsResults);
  for (const one of runs) tally.add(one);
  return tally.report(FACTS);
}

test('runs are counted by how they came out; those that did not pass keep their reasons', () => {
  const verdicts = ['pass', 'fail', 'harness-bound', 'error', 'pass'] as const;
  const all = report(verdicts.map((verdict, i) => run(i + 1, verdict)));
  expect(all.runs).toEqual({
    wanted: 9,
    done: 5,
    passed: 2,
    failed: 1,
    harnessBound: 1,
    errors: 1,
  });
  expect(all.flakeRate).toBe(0.5);
  expect(all.failing.map((one) => one.run)).toEqual([2, 3, 4]);
  expect(all.failing[0]).toEqual({ run: 2, seed: 42, verdict: 'fail', reasons: ['because'] });
});

test('runs that come in another order are listed in their own', () => {
  expect(report([run(3, 'fail'), run(1, 'fail')]).failing.map((one) => one.run)).toEqual([1, 3]);
});

test('a run that could not be carried out has a part of the figures, which do not count', () => {
  const all = report([run(1, 'pass', 1_000), run(2, 'fail', 3_000), run(3, 'error', 90_000)]);
  expect(all.spread['latency.p50']).toMatchObject({ runs: 2, median: 2_000, max: 3_000 });
});

test('the results of each run are kept where they are wanted, and hold nothing else of it', () => {
  const more = { ...run(1, 'pass'), perPeer: [] };
  expect(report([more]).results).toEqual([run(1, 'pass')]);
  expect(report([more], false).results).toBeNull();
});

test.each<[string, RepeatReport]>([
  ['several runs', report([run(1, 'pass'), run(2, 'fail', null)])],
  ['no run', report([])],
  ['runs with an interval', report([1, 2, 3, 4, 5, 6].map((number) => run(number, 'pass')))],
])('the report on %s is what the schema says', (_, all) => {
  expect(repeatSchema.parse(JSON.parse(JSON.stringify(all)))).toEqual(all);
  expect(repeatSchema.safeParse({ ...all, extra: 1 }).success).toBe(false);
});

test('the published schema is that of the code', async () => {
  const published: unknown = JSON.parse(
    await readFile(RUNS_SCHEMA_FILE, 'utf8').catch(() => 'null'),
  );
  expect(published, `docs/runs.schema.json is out of date; renew it with: ${RENEW}`).toEqual(
    repeatJsonSchema(),
  );
});

test('every key of the published schema is described in a sentence', () => {
  expect(undescribed(repeatJsonSchema(), '')).toEqual([]);
});

/** Paths of the properties anywhere in a JSON Schema that no sentence describes. */
function undescribed(schema: object, path: string): string[] {
  return Object.entries(schema).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value !== 'object' || value === null) return [];
    if (key !== 'properties') return undescribed(value, path);
    return Object.entries(value as Record<string, { readonly description?: string }>).flatMap(
      ([name, each]) => [
        ...(each.description?.endsWith('.') ? [] : [`${path}.${name}`]),
        ...undescribed(each, `${path}.${name}`),
      ],
    );
  });
}
