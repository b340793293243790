import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resultSchema } from '../../src/report/result-schema.ts';
import { LabFolder, sim } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const lab = new LabFolder(temporaryFolder());
const MATRIX = { 'peers.count': [3, 4], 'network.loss': [0, '2%'] };
const file = lab.write({ matrix: MATRIX, expect: ['requests.wrong == 0'] }, 'matrix.yaml');
const VIRTUAL = ['--runner', 'virtual'];

describe('a matrix', () => {
  test('is run cell by cell and shown in one table', async () => {
    const { code, stdout, stderr } = await sim(['run', file, ...VIRTUAL]);
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.slice(0, 4)).toEqual([
      expect.stringMatching(/^PASS tiny \[peers\.count=3, network\.loss=0\] on virtual, seed 1: /),
      expect.stringMatching(/^PASS tiny \[peers\.count=3, network\.loss=2%\] on virtual, seed 1: /),
      expect.stringMatching(/^PASS tiny \[peers\.count=4, network\.loss=0\] on virtual, seed 1: /),
      expect.stringMatching(/^PASS tiny \[peers\.count=4, network\.loss=2%\] on virtual, seed 1: /),
    ]);
    expect(lines.filter((line) => /^ +\d {2}/.test(line))).toHaveLength(4);
    expect(lines.at(-1)).toBe('PASS tiny on virtual: 4 of 4 cells pass');
  });

  test('ends with the highest exit code, and says which cells do not pass and how to repeat them', async () => {
    const expected = ['discovery.messages >= 50'];
    const failing = lab.write({ matrix: { 'peers.count': [4, 3] }, expect: expected }, 'some.yaml');
    const { code, stdout } = await sim(['run', failing, ...VIRTUAL]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAIL tiny \[peers\.count=3\] on virtual/m);
    expect(stdout).toContain('\n  expected discovery.messages >= 50, measured 36\n');
    expect(stdout).toMatch(
      /\n {2}npm run sim -- run \S+some\.yaml --cell 2 --runner virtual --seed 1\n/,
    );
    expect(stdout).toMatch(/\nFAIL tiny on virtual: 1 of 2 cells pass, not 2\n$/);
  });

  test('with --quiet is one line', async () => {
    const { code, stdout, stderr } = await sim(['run', file, ...VIRTUAL, '--quiet']);
    expect([code, stdout, stderr]).toEqual([0, 'PASS tiny on virtual: 4 of 4 cells pass\n', '']);
  });

  test('writes the result and the trace of each cell to files of their own', async () => {
    const out = (name: string): string => join(lab.root, name);
    const options = ['--json', out('out.json'), '--trace', out('trace.jsonl')];
    const { stderr } = await sim(['run', file, ...VIRTUAL, ...options]);
    expect(stderr).toContain(`written: ${out('out.4.json')}\n`);
    const cells = [1, 2, 3, 4].map((number) => {
      expect(existsSync(out(`trace.${number}.jsonl`))).toBe(true);
      return resultSchema.parse(JSON.parse(readFileSync(out(`out.${number}.json`), 'utf8')));
    });
    expect(cells.map(({ cell }) => cell)).toEqual(
      [
        { 'peers.count': '3', 'network.loss': '0' },
        { 'peers.count': '3', 'network.loss': '2%' },
        { 'peers.count': '4', 'network.loss': '0' },
        { 'peers.count': '4', 'network.loss': '2%' },
      ].map((values, i) => ({ number: i + 1, of: 4, values })),
    );
    expect(cells.map(({ peers }) => peers)).toEqual([3, 3, 4, 4]);
  });
});

describe('one cell', () => {
  test('runs as a scenario of its own, with all that one can do with such', async () => {
    const one = await sim(['run', file, ...VIRTUAL, '--cell', '4', '--quiet']);
    expect(one.stdout).toMatch(/^PASS tiny \[peers\.count=4, network\.loss=2%\] on virtual/);
    const seeds = await sim(['run', file, ...VIRTUAL, '--cell', '4', '--seeds', '1..3']);
    expect(seeds.stdout).toMatch(/^PASS tiny .*: 3 of 3 seeds pass/m);
    const twice = await sim(['run', file, ...VIRTUAL, '--cell', '4', '--check-determinism']);
    expect(twice.stdout).toMatch(/^SAME tiny \[/);
  });
});

describe('exit code 2', () => {
  test.each<[string, string[], RegExp]>([
    ['many seeds', ['--seeds', '1..3'], /^sim: --seeds is for one scenario.*makes 4.*--cell 1/],
    ['a check of sameness', ['--check-determinism'], /^sim: --check-determinism is for one/],
    ['a cell that there is not', ['--cell', '5'], /^sim: There is no cell 5, the last one is 4\./],
    ['a cell that is no number', ['--cell', 'x'], /'x' is invalid.*whole number from 1/],
    ['no cell', ['--cell', '0'], /whole number from 1/],
  ])('is that of a matrix and %s', async (_, options, sentence) => {
    const { code, stdout, stderr } = await sim(['run', file, ...VIRTUAL, ...options]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(sentence);
  });

  test('is that of a matrix on several runners', async () => {
    const still = lab.write({ matrix: { seed: [1, 2] } }, 'seeds.yaml');
    const { code, stderr } = await sim(['run', still, '--runner', 'virtual,loopback']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^sim: several runners are for one scenario/);
    const seed = await sim(['run', still, ...VIRTUAL, '--seed', '3']);
    expect([seed.code, seed.stderr]).toEqual([
      2,
      'sim: The matrix has a parameter "seed"; leave --seed out.\n',
    ]);
  });

  test('is that of --cell without a matrix', async () => {
    const { code, stderr } = await sim(['run', lab.write(), '--cell', '1']);
    expect([code, stderr]).toEqual([
      2,
      'sim: --cell is for a scenario with a matrix, this one has none.\n',
    ]);
  });

  test('is that of a mistake in any cell, before anything runs', async () => {
    const wrong = lab.write({ matrix: { 'peers.count': [3, 0] } }, 'wrong.yaml');
    const json = join(lab.root, 'wrong.json');
    const { code, stdout, stderr } = await sim(['run', wrong, ...VIRTUAL, '--json', json]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/wrong\.yaml:1:\d+ {2}0 is out of range/);
    expect(existsSync(join(lab.root, 'wrong.1.json'))).toBe(false);
  });

  test('is that of a cell that the runner cannot do', async () => {
    const clock = { at: '0s', clock: { of: 'peer-1', jump: '1h' } };
    const faults = [[{ at: '0s', kill: 'peer-1' }], [clock]];
    const some = lab.write({ matrix: { faults } }, 'clock.yaml');
    const { code, stdout, stderr } = await sim(['run', some]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/the loopback runner .*clock.*use virtual/);
  });
});

test('a check counts the cells', async () => {
  const { code, stdout } = await sim(['check', file]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/matrix\.yaml: good \(tiny, 2 phases, 4 cells\)\n$/);
});
