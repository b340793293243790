import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RepeatReport } from '../../src/report/repeat-report.ts';
import { repeatSchema } from '../../src/report/repeat-schema.ts';
import { LabFolder, sim } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const lab = new LabFolder(temporaryFolder());
const SHORT = { phases: [{ name: 'steady', for: '200ms', requests: { rate: '20/s' } }] };
const VIRTUAL = ['--runner', 'virtual'];

function read(file: string): RepeatReport {
  return repeatSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

describe('a run that is repeated on real sockets', () => {
  test('has the same seed every time, and all runs stand in one table and one file', async () => {
    const file = lab.write({ ...SHORT, seed: 8 }, 'real.yaml');
    const json = join(lab.root, 'real.json');
    const { code, stdout, stderr } = await sim(['run', file, '--repeat', '3', '--json', json]);
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n');
    for (const number of [1, 2, 3]) {
      expect(lines[number - 1]).toMatch(
        new RegExp(`^${number} of 3 {2}PASS tiny on loopback, seed 8: `),
      );
    }
    expect(stdout).toMatch(/^Over 3 runs +median +95% interval +min +max$/m);
    expect(stdout).toMatch(/^memory\.peakRss +[\d.]+ MB +– /m);
    expect(stdout).toMatch(/\nPASS tiny on loopback: 3 of 3 runs pass\n$/);
    const { runner, seeds, runs, flakeRate, results, events, spread } = read(json);
    expect({ runner, seeds, flakeRate, events }).toEqual({
      runner: 'loopback',
      seeds: { first: 8, last: 8 },
      flakeRate: 0,
      events: null,
    });
    expect(runs).toMatchObject({ wanted: 3, done: 3, passed: 3 });
    expect(results!.map(({ run, seed }) => [run, seed])).toEqual([
      [1, 8],
      [2, 8],
      [3, 8],
    ]);
    const times = results!.map(({ figures }) => figures['latency.p50']!);
    expect(spread['latency.p50']).toMatchObject({
      min: Math.min(...times),
      max: Math.max(...times),
    });
  });
});

describe('a run that is repeated in the virtual world', () => {
  test('has another seed every time', async () => {
    const file = lab.write(SHORT, 'virtual.yaml');
    const json = join(lab.root, 'virtual.json');
    const args = ['run', file, ...VIRTUAL, '--seed', '5', '--repeat', '6', '--json', json];
    const { code, stdout } = await sim(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^6 of 6 {2}PASS tiny on virtual, seed 10: /m);
    const { seeds, results, events, spread } = read(json);
    expect(seeds).toEqual({ first: 5, last: 10 });
    expect(results!.map(({ seed }) => seed)).toEqual([5, 6, 7, 8, 9, 10]);
    expect(events).toBeGreaterThan(0);
    const { low, high, median } = spread['latency.p50']!;
    expect(low).toBeLessThanOrEqual(median);
    expect(high).toBeGreaterThanOrEqual(median);
  });

  test('gives the same report again, but for the wall clock', async () => {
    const file = lab.write(SHORT, 'again.yaml');
    const reports = ['a', 'b'].map(async (name) => {
      const json = join(lab.root, `${name}.json`);
      await sim(['run', file, ...VIRTUAL, '--repeat', '6', '--quiet', '--json', json]);
      const { results, ...rest } = read(json);
      return {
        ...rest,
        results: results!.map((one) => ({ ...one, wallSeconds: 0 })),
        wallSeconds: 0,
        environment: { ...rest.environment, startedAt: '' },
      };
    });
    const [first, second] = await Promise.all(reports);
    expect(first).toEqual(second);
  });
});

describe('runs of which some fail', () => {
  // How many requests a Poisson process makes depends on the seed.
  const expected = ['requests.due >= 4'];
  const file = lab.write({ ...SHORT, expect: expected }, 'flaky.yaml');

  test('are named with their reasons, and the exit code is that of the worst', async () => {
    const json = join(lab.root, 'flaky.json');
    const { code, stdout } = await sim(['run', file, ...VIRTUAL, '--repeat', '8', '--json', json]);
    expect(code).toBe(1);
    const { failing, runs, flakeRate } = read(json);
    expect(runs.passed).toBeGreaterThan(0);
    expect(runs.failed).toBeGreaterThan(0);
    expect(flakeRate).toBe(runs.failed / 8);
    for (const { run, seed, reasons } of failing) {
      expect(reasons).toEqual([
        expect.stringMatching(/^expected requests\.due >= 4, measured \d$/),
      ]);
      expect(stdout).toContain(`\n  ${reasons[0]}\n  npm run sim -- run `);
      expect(stdout).toMatch(new RegExp(`^${run} of 8  FAIL tiny on virtual, seed ${seed}: `, 'm'));
    }
    const numbers = failing.map(({ run }) => run).join(', ');
    expect(stdout).toMatch(
      new RegExp(
        `\nFAIL tiny on virtual: ${runs.passed} of 8 runs pass, [\\d.]+% do not \\(${numbers}\\), 95% interval [\\d.]+% – [\\d.]+%\n$`,
      ),
    );
  });

  test('are one line with --quiet', async () => {
    const { stdout, stderr } = await sim(['run', file, ...VIRTUAL, '--repeat', '8', '--quiet']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^FAIL tiny on virtual: \d of 8 runs pass, [^\n]+\n$/);
  });
});

describe('a matrix that is repeated', () => {
  const file = lab.write({ ...SHORT, matrix: { 'peers.count': [3, 4] } }, 'matrix.yaml');

  test('has a table and a file for each cell, and a verdict on all', async () => {
    const json = join(lab.root, 'cells.json');
    const { code, stdout, stderr } = await sim([
      'run',
      file,
      ...VIRTUAL,
      '--repeat',
      '2',
      '--json',
      json,
    ]);
    expect(code).toBe(0);
    const written = [1, 2].map((number) => json.replace('.json', `.${number}.json`));
    expect(stderr).toBe(written.map((name) => `written: ${name}\n`).join(''));
    expect(written.map((name) => read(name).cell!.values)).toEqual([
      { 'peers.count': '3' },
      { 'peers.count': '4' },
    ]);
    expect(stdout.match(/^Over 2 runs/gm)).toHaveLength(2);
    expect(stdout).toMatch(/^PASS tiny \[peers\.count=4\] on virtual: 2 of 2 runs pass$/m);
    expect(stdout).toMatch(/\nPASS tiny on virtual: 2 of 2 cells pass in every run\n$/);
  });

  test('can be repeated for one cell alone', async () => {
    const one = ['--cell', '2', '--repeat', '2', '--quiet'];
    const { code, stdout } = await sim(['run', file, ...VIRTUAL, ...one]);
    expect([code, stdout]).toEqual([0, 'PASS tiny [peers.count=4] on virtual: 2 of 2 runs pass\n']);
  });
});

test('runs that cannot be carried out are told one by one, and end in 3', async () => {
  const groups = [{ name: 'other', count: 1, run: 'no-such-program-at-all {port}' }];
  const file = lab.write({ ...SHORT, peers: { groups }, topology: { kind: 'full' } }, 'none.yaml');
  const { code, stdout } = await sim(['run', file, '--repeat', '2']);
  expect(code).toBe(3);
  expect(stdout).toMatch(/^2 of 2 {2}ERROR tiny on loopback, seed 1: other-1 /m);
  expect(stdout).toMatch(
    /\nERROR tiny on loopback: 0 of 2 runs pass, 100% do not \(1, 2\), 95% interval 34\.2% – 100%\n$/,
  );
});
