import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { parityReport } from '../../src/check/parity.ts';
import type { Subject } from '../../src/report/format.ts';
import { JUNIT_FORMAT } from '../../src/report/junit-format.ts';
import { RepeatTally, type RepeatReport } from '../../src/report/repeat-report.ts';
import type { Result } from '../../src/result/result.ts';
import { arbitraryResult } from './arbitrary-result.ts';
import { ERROR, FAILING, PASSING, VIRTUAL } from './results.ts';

const SCHEMA = readFileSync(join(import.meta.dirname, 'junit.xsd'), 'utf8');

interface Told {
  readonly type: string;
  readonly message: string;
  readonly '#text'?: string;
}
interface Case {
  readonly name: string;
  readonly classname: string;
  readonly failure?: Told;
  readonly error?: Told;
  readonly skipped?: Told;
}
interface Suite {
  readonly name: string;
  readonly tests: string;
  readonly failures: string;
  readonly errors: string;
  readonly skipped: string;
  readonly testcase: readonly Case[];
}

/** The report of these, read back by another library, once it is valid. */
async function read(...subjects: readonly Subject[]): Promise<Suite[]> {
  const xml = await write(subjects);
  expect(await problems(xml)).toEqual([]);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    isArray: (name) => name === 'testsuite' || name === 'testcase',
  });
  const { testsuites } = parser.parse(xml) as { testsuites: { testsuite: Suite[] } };
  return testsuites.testsuite;
}

async function write(subjects: readonly Subject[]): Promise<string> {
  const gathering = JUNIT_FORMAT.gather();
  for (const subject of subjects) gathering.add(subject);
  return [...(await gathering.pieces())].join('');
}

async function problems(xml: string): Promise<readonly string[]> {
  const { errors } = await validateXML({
    xml: [{ fileName: 'junit.xml', contents: xml }],
    schema: [SCHEMA],
  });
  return errors.map(({ message }) => message);
}

function ofRun(result: Result): Subject {
  return { kind: 'run', result };
}

function reportOf(results: readonly Result[], keepsResults: boolean): RepeatReport {
  const tally = new RepeatTally(results.length, keepsResults);
  for (const [i, result] of results.entries()) {
    tally.add({ ...result, seed: 42 + i, run: i + 1, figures: {}, traceHash: null });
  }
  const { scenario, scenarioDigest, file, cell, runner, peers, environment } = PASSING;
  const told = { scenario, scenarioDigest, file, cell, runner, peers, environment };
  return tally.report({ ...told, seeds: { first: 42, last: 44 }, events: null, wallSeconds: 9 });
}

describe('a run', () => {
  test('that passes has a case for itself and for each expectation, written or not', async () => {
    const [suite] = await read(ofRun(PASSING));
    expect(suite).toMatchObject({
      name: 'mesh-10 on loopback, seed 42',
      tests: '9',
      failures: '0',
      errors: '0',
      skipped: '0',
    });
    expect(suite!.testcase.map(({ name }) => name)).toEqual([
      'the run is carried out',
      ...PASSING.expectations.map(({ text }) => text),
      ...PASSING.always.map(({ text }) => text),
    ]);
    expect(suite!.testcase[4]).toEqual({
      classname: 'mesh-10 on loopback',
      name: 'steady.latency.p99 <= 250ms',
    });
  });

  test('that fails says what was measured, where, of which requests, and how to repeat it', async () => {
    const [suite] = await read(ofRun(FAILING));
    expect(suite).toMatchObject({ failures: '4', errors: '0' });
    const { failure } = suite!.testcase.find(({ name }) => name === 'requests.success >= 99.5%')!;
    const message = 'expected requests.success >= 99.5%, measured 99.3%';
    expect(failure).toMatchObject({ type: 'expectation', message });
    const lines = failure!['#text']!.split('\n');
    const since = ', broken since 11.3 s (under-partition-long + 306 ms)';
    expect(lines.slice(0, 2)).toEqual([`${message}${since}`, 'at scenarios/mesh-10.yaml:28']);
    expect(lines[2]).toMatch(/^wrong request 311: peer-4 asked for evil.*gnp\.jpg at 11\.2 s/);
    expect(lines.at(-1)).toBe(
      'repeat: npm run sim -- run scenarios/mesh-10.yaml --runner loopback --seed 42',
    );
    const wrong = suite!.testcase.find(({ name }) => name === 'no answer is wrong')!;
    expect(wrong.failure?.message).toBe('3 requests got wrong answers.');
  });

  test('that could not be carried out is an error, and judges nothing', async () => {
    const [suite] = await read(ofRun({ ...ERROR, expectations: PASSING.expectations }));
    expect(suite).toMatchObject({ tests: '6', failures: '0', errors: '1', skipped: '5' });
    expect(suite!.testcase[0]!.error?.message).toBe('peer-3 did not start: port 5003 is in use.');
  });

  test('in which the lab measured itself fails nothing', async () => {
    const [suite] = await read(ofRun({ ...FAILING, verdict: 'harness-bound', reasons: ['late'] }));
    expect(suite).toMatchObject({ failures: '0', errors: '1', skipped: '4' });
  });

  test('with any texts is valid, and its counts are those of its cases', async () => {
    // One document, as the validator starts a thread for each.
    const results = fc.sample(arbitraryResult, { numRuns: 60, seed: 1 });
    const suites = await read(...results.map(ofRun));
    expect(suites.length).toBe(results.length);
    for (const { tests, failures, testcase } of suites) {
      expect(testcase.length).toBe(Number(tests));
      expect(testcase.filter((one) => one.failure !== undefined).length).toBe(Number(failures));
    }
  });
});

test('what breaks XML is shown, not obeyed', async () => {
  const scenario = '</testsuite><x a="1">&amp;\u0000\u0008\uFFFF\uD800]]>';
  const [suite, ...others] = await read(ofRun({ ...PASSING, scenario }));
  expect(others).toEqual([]);
  expect(suite!.name).toMatch(/^<\/testsuite><x a="1">&amp;/);
});

test('all runs of a command are in one file, and their numbers add up', async () => {
  const xml = await write([PASSING, FAILING, VIRTUAL].map(ofRun));
  expect(xml).toMatch(/<testsuites name="sim" tests="\d+" failures="4" errors="0" time="14.751">/);
  expect((await read(...[PASSING, VIRTUAL].map(ofRun))).length).toBe(2);
});

test('of repetitions each run is a case', async () => {
  const report = reportOf([PASSING, FAILING, PASSING], true);
  const [suite] = await read({ kind: 'repeats', report });
  expect(suite).toMatchObject({ name: 'mesh-10 on loopback, 3 runs', tests: '3', failures: '1' });
  expect(suite!.testcase[1]!.name).toBe('run 2 of 3');
  expect(suite!.testcase[1]!.failure?.['#text']).toMatch(/^3 requests .*--seed 43$/s);
});

test('of many seeds those that fail are cases, and all others one', async () => {
  const report = reportOf([PASSING, FAILING, PASSING], false);
  const [suite] = await read({ kind: 'seeds', report });
  expect(suite!.testcase.map(({ name }) => name)).toEqual(['seed 43', '2 seeds pass']);
});

test('of a comparison each row that is judged is a case', async () => {
  const other = { ...VIRTUAL, discovery: { ...VIRTUAL.discovery, reachedPairs: 80 } };
  const report = parityReport([
    { result: PASSING, knowledge: 'x' },
    { result: other, knowledge: 'x' },
  ]);
  const [suite] = await read({ kind: 'parity', report });
  const failed = suite!.testcase.filter(({ failure }) => failure !== undefined);
  expect(failed.map(({ name }) => name)).toEqual(['pairs that know each other is the same']);
  expect(failed[0]!.failure?.['#text']).toMatch(/loopback: 90\nvirtual: 80$/);
});
