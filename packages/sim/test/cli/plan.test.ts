import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RUNNER_NAMES } from '../../src/cli/runners.ts';
import type { PlanJson } from '../../src/report/plan-json.ts';
import { LabFolder, sim, SIM } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const lab = new LabFolder(temporaryFolder());
const tiny = lab.write();

describe('sim plan', () => {
  test('shows who knows whom, who owns what, and what each runner needs', async () => {
    const { code, stdout, stderr } = await sim(['plan', tiny]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^tiny, seed 1: 3 peers, 3 images, 2 phases; nothing has been run\n/);
    expect(stdout).toMatch(/^peer-3 +knows peer-1\n +owns .*\.png$/m);
    expect(stdout).toMatch(/^ {2}steady +1s\n +about 30 requests: 30\/s, poisson$/m);
    for (const runner of RUNNER_NAMES) expect(stdout).toMatch(new RegExp(`^${runner} +\\d+ `, 'm'));
    expect(stdout.split('\n').every((line) => line.length <= 80)).toBe(true);
  });

  test('says which runner refuses the scenario, and why, and ends well', async () => {
    const faults = [{ at: '0s', clock: { of: 'peer-1', jump: '1h' } }];
    const file = lab.write({ faults }, 'clock.yaml');
    const { code, stdout, stderr } = await sim(['plan', file]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^loopback ✗ /m);
    expect(stdout).toMatch(/^virtual {3,}/m);
    expect(stdout).toMatch(/^✗ the process runner runs on the clock of the machine/m);
  });

  test('draws from the seed that is given, and is the same for the same one', async () => {
    const topology = { kind: 'random', degree: 1 };
    const file = lab.write({ peers: { count: 15 }, topology, seed: 4 }, 'drawn.yaml');
    const [four, again, five] = await Promise.all(
      [['--seed', '4'], [], ['--seed', '5']].map((options) => sim(['plan', file, ...options])),
    );
    expect(four!.stdout).toContain('seed 4:');
    expect(again!.stdout).toBe(four!.stdout);
    expect(five!.stdout).toContain('seed 5:');
    const peersOf = (text: string): string => text.replace(/^.*?(?=Who knows)/s, '');
    expect(peersOf(five!.stdout)).not.toBe(peersOf(four!.stdout));
  });

  test('shows the first twenty peers, or all with --full', async () => {
    const file = lab.write({ peers: { count: 64 } }, 'many.yaml');
    expect((await sim(['plan', file])).stdout).toContain('and 44 more; --full shows all');
    const { stdout } = await sim(['plan', file, '--full']);
    expect(stdout).toMatch(/^peer-64 +knows peer-1$/m);
  });

  test('stays well when the reader has gone', () => {
    const file = lab.write(
      { peers: { count: 5_000 }, phases: [{ name: 'rest', for: '1s' }] },
      'big.yaml',
    );
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', `"${process.execPath}" "${SIM}" plan "${file}" --full | head -n 1 >&2`],
      { encoding: 'utf8' },
    );
    expect(status).toBe(0);
    expect(stderr).toBe('tiny, seed 1: 5,000 peers, 3 images, 1 phase; nothing has been run\n');
  });

  test('plans the first cell of a matrix, or the one that is chosen', async () => {
    const matrix = { 'peers.count': [3, 7] };
    const file = lab.write({ matrix }, 'matrix.yaml');
    const first = await sim(['plan', file]);
    expect(first.stdout).toContain(': 3 peers, ');
    expect(first.stdout).toContain('cell 1 of a matrix of 2');
    const second = await sim(['plan', file, '--cell', '2']);
    expect(second.stdout).toContain(': 7 peers, ');
    expect(second.stdout).not.toContain('of a matrix');
    expect((await sim(['plan', file, '--cell', '3'])).code).toBe(2);
  });
});

test('--json writes the whole plan', async () => {
  const faults = [{ at: 'steady', kill: 'any 1' }];
  const file = lab.write({ faults, topology: { kind: 'star' } }, 'json.yaml');
  const json = join(lab.root, 'plan.json');
  const { code, stderr } = await sim(['plan', file, '--json', json]);
  expect([code, stderr]).toEqual([0, '']);
  const plan = JSON.parse(readFileSync(json, 'utf8')) as PlanJson;
  expect(plan).toMatchObject({
    version: 1,
    scenario: 'tiny',
    seed: 1,
    topology: { text: 'star', edges: 2, parts: 1, diameter: { least: 2, most: 2 } },
    peers: [
      { name: 'peer-1', group: 'peer', knows: [] },
      { name: 'peer-2', knows: ['peer-1'] },
      { name: 'peer-3', knows: ['peer-1'] },
    ],
    faults: [
      { text: 'kill any 1', phase: 'steady', peers: [expect.stringMatching(/^peer-[123]$/)] },
    ],
  });
  expect(plan.runners.map(({ runner }) => runner)).toEqual(RUNNER_NAMES);
  const owners = plan.images.map(({ name, owners }) => owners.map((peer) => `${peer} ${name}`));
  const owned = plan.peers.map(({ name, owns }) => owns.map((image) => `${name} ${image}`));
  expect(owners.flat().sort()).toEqual(owned.flat().sort());
});

test('--dot writes a graph', async () => {
  const dot = join(lab.root, 'plan.dot');
  const { code } = await sim(['plan', tiny, '--dot', dot]);
  expect(code).toBe(0);
  const text = readFileSync(dot, 'utf8');
  expect(text).toMatch(/^digraph "tiny" \{\n[^]*\n\}\n$/);
  expect(text).toContain('"peer-3" -> { "peer-1" };');
});

describe('exit code 2', () => {
  test.each<[string, string[], RegExp]>([
    ['a folder that there is not', ['--json', '/nowhere/x.json'], /--json .*no folder/],
    ['a file that is a folder', ['--dot', lab.root], /--dot .*that is a folder/],
    ['one file for two things', ['--json', 'x', '--dot', 'x'], /--json and --dot/],
    ['the scenario as output', ['--dot', tiny], /that is the scenario itself/],
    ['a seed that is none', ['--seed', 'x'], /whole number/],
    ['a cell without a matrix', ['--cell', '1'], /matrix/],
    ['an option that there is not', ['--runner', 'virtual'], /unknown option/],
  ])('is that of %s', async (_, options, sentence) => {
    const { code, stdout, stderr } = await sim(['plan', tiny, ...options]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^sim: /);
    expect(stderr).toMatch(sentence);
  });

  test('is that of a scenario with mistakes', async () => {
    const topology = { kind: 'groups', join: [{ from: 'peer', to: 'pear', degree: 1 }] };
    const { code, stdout, stderr } = await sim(['plan', lab.write({ topology }, 'bad.yaml')]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/bad\.yaml:1:\d+ {2}unknown group "pear", did you mean "peer"\?/);
  });
});
