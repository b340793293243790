import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { LabFolder, sim } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const lab = new LabFolder(temporaryFolder());
const path = (name: string): string => join(lab.root, name);
const SHORT = { phases: [{ name: 'steady', for: '200ms', requests: { rate: '20/s' } }] };
const VIRTUAL = ['--runner', 'virtual'];
const file = lab.write(SHORT, 'short.yaml');

/** A base that had one message less, as if the peer had come to send more. */
function earlier(name: string, edit: (text: string) => string): string {
  const base = path(name);
  writeFileSync(path('earlier.json'), edit(readFileSync(base, 'utf8')));
  return path('earlier.json');
}

beforeAll(async () => {
  await sim(['run', file, ...VIRTUAL, '--json', path('one.json')]);
  await sim(['run', file, ...VIRTUAL, '--repeat', '3', '--json', path('three.json')]);
  await sim(['run', file, ...VIRTUAL, '--seeds', '1..4', '--json', path('seeds.json')]);
});

describe('sim run --against', () => {
  test.each([
    ['a run', 'one.json', []],
    ['repeated runs', 'three.json', ['--repeat', '3']],
    ['many seeds', 'seeds.json', ['--seeds', '1..4']],
  ])('finds %s the same again', async (_, base, options) => {
    const gate = ['--against', path(base), '--fail-on', 'changed'];
    const { code, stdout } = await sim(['run', file, ...VIRTUAL, ...options, ...gate]);
    expect(stdout).toMatch(
      /\nCompared with .*\.json:\n\nSAME tiny on virtual: \d+ figures same\n$/,
    );
    expect(code).toBe(0);
  });

  test('ends in 1 when something is worse than it was, though all expectations hold', async () => {
    const base = earlier('one.json', (text) =>
      text.replace(/"messages": (\d+)/, (_, count) => `"messages": ${Number(count) - 1}`),
    );
    const args = ['run', file, ...VIRTUAL, '--against', base];
    const gate = await sim([...args, '--fail-on', 'worse', '--quiet']);
    expect(gate.stdout).toMatch(
      /^PASS tiny .*\nWORSE tiny on virtual: 1 figure worse, \d+ same\n$/,
    );
    expect(gate.code).toBe(1);
    expect((await sim(args)).code).toBe(0);
  });

  test('what it finds stands in every report that people and CI read', async () => {
    const base = earlier('one.json', (text) =>
      text.replace(/"messages": (\d+)/, (_, count) => `"messages": ${Number(count) - 1}`),
    );
    const reports = ['json', 'junit', 'markdown'].flatMap((name) => [
      `--${name}`,
      path(`gate.${name}`),
    ]);
    const gate = ['--against', base, '--fail-on', 'worse', ...reports];
    const summary = path('summary.md');
    const github = {
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: lab.root,
      GITHUB_STEP_SUMMARY: summary,
    };
    const { code, stdout } = await sim(['run', file, ...VIRTUAL, ...gate], { env: github });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^::error file=scenarios\/short\.yaml,line=1,title=tiny on virtual%2C compared with .*::discovery\.messages went from \d+ to \d+ \(\+1\), worse$/m,
    );
    const text = (name: string): string => readFileSync(path(name), 'utf8');
    expect(JSON.parse(text('gate.comparison.json'))).toMatchObject({ change: 'worse' });
    expect(text('gate.junit')).toMatch(
      /name="discovery\.messages is not worse">\s*<failure type="worse"/,
    );
    for (const markdown of [text('gate.markdown'), text('summary.md')]) {
      expect(markdown).toMatch(/^### ❌ FAIL tiny on virtual, compared with /m);
      expect(markdown).toMatch(/^\| discovery\.messages \|.*\| worse \|$/m);
    }
  });
});

describe('before anything is run it is said that', () => {
  test.each([
    [
      'the base is of another seed',
      ['--seed', '7'],
      'one.json',
      /of seed 1, the new run of seed 7/,
    ],
    [
      'the base is a single run',
      ['--repeat', '3'],
      'one.json',
      /a single run, the new run made wi/,
    ],
    [
      'the base has fewer runs',
      ['--repeat', '4'],
      'three.json',
      /and has 3 runs, the new run made with --repeat and has 4 runs/,
    ],
    [
      'the base would be lost, and what is worse now would be as it should be next time',
      ['--json', path('one.json')],
      'one.json',
      /^sim: --json \S+one\.json: that is the base of --against, which would be lost\.\n$/,
    ],
    ['there is no base', [], 'none.json', /none\.json: there is no such file\./],
    [
      'several runners have no figures in common',
      ['--runner', 'virtual,loopback'],
      'one.json',
      /^sim: --against compares figures of one runner/,
    ],
  ])('%s', async (_, options, base, sentence) => {
    const args = ['run', file, ...VIRTUAL, ...options, '--against', path(base)];
    const { code, stdout, stderr } = await sim(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(sentence);
  });

  test('--fail-on wants a base', async () => {
    const { code, stderr } = await sim(['run', file, ...VIRTUAL, '--fail-on', 'worse']);
    expect(code).toBe(2);
    expect(stderr).toBe(
      'sim: --fail-on says what a comparison is for; name the base with --against, or a checkout with --in-turn.\n',
    );
  });

  test.each([['--retries'], ['--retries', '3']])('there is no %s', async (...option) => {
    const { code, stderr } = await sim(['run', file, ...VIRTUAL, ...option]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^sim: there is no --retries: .* --repeat 10 runs it ten times/);
  });

  test('--jobs is for several runs', async () => {
    const { code, stderr } = await sim(['run', file, ...VIRTUAL, '--jobs', '2']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^sim: --jobs is for several files, or the cells of a matrix/);
  });
});
