import { expect, test } from 'vitest';
import { incomparable, subjectOf, withoutRuns, type Subject } from '../../src/compare/subject.ts';
import type { Result } from '../../src/result/result.ts';
import { PASSING } from '../report/results.ts';
import { reportOf } from './subjects.ts';

const result = (part: Partial<Result> = {}, file: string | null = 'new.json'): Subject =>
  subjectOf({ ...PASSING, ...part }, file);
const base = result({}, 'base.json');

test('runs of one scenario, runner and seed can be compared', () => {
  expect(incomparable(base, result())).toBeNull();
  const report = subjectOf(reportOf([{}, {}]), 'base.json');
  expect(incomparable(report, subjectOf(reportOf([{}, {}, {}]), null))).toBeNull();
});

test.each<[string, Partial<Result>, string]>([
  [
    'another scenario',
    { scenario: 'ring-5' },
    'base.json is of the scenario mesh-10, new.json of the scenario ring-5.',
  ],
  [
    'the same name with another content',
    { scenarioDigest: 'f'.repeat(64) },
    'the scenario mesh-10 or its pictures have changed since base.json was written; run the base again with those of now.',
  ],
  [
    'another runner',
    { runner: 'process' },
    'base.json is of the runner loopback, new.json of the runner process.',
  ],
  ['another seed', { seed: 7 }, 'base.json is of seed 42, new.json of seed 7.'],
  [
    'a cell of a matrix',
    { cell: { number: 2, of: 3, values: {} } },
    'base.json is of a scenario without a matrix, new.json of cell 2 of its matrix.',
  ],
])('%s cannot be compared', (_, part, sentence) => {
  expect(incomparable(base, result(part))).toBe(sentence);
});

test('one run and many cannot be compared', () => {
  expect(incomparable(base, subjectOf(reportOf([{}, {}]), null))).toBe(
    'base.json is a single run, the new run made with --repeat.',
  );
});

test('virtual runs are compared one by one, so there must be as many', () => {
  const many = (count: number): Subject =>
    subjectOf(
      reportOf(
        Array.from({ length: count }, () => ({})),
        { runner: 'virtual' },
      ),
      'x.json',
    );
  expect(incomparable(many(2), many(3))).toBe(
    'x.json is made with --repeat and has 2 runs, x.json made with --repeat and has 3 runs.',
  );
  expect(incomparable(many(2), many(2))).toBeNull();
});

test('a run without an end is named', () => {
  expect(withoutRuns(base)).toBeNull();
  expect(withoutRuns(result({ verdict: 'error' }))).toBe(
    'no run of new.json was carried out to its end, so there is nothing to compare.',
  );
  expect(withoutRuns(subjectOf(reportOf([{ verdict: 'error' }]), null))).toBe(
    'no run of the new runs was carried out to its end, so there is nothing to compare.',
  );
});
