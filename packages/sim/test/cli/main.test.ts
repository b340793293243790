import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.ts';
import type { JournalEvent } from '../../src/journal/event.ts';
import { repeatSchema } from '../../src/report/repeat-schema.ts';
import { resultSchema } from '../../src/report/result-schema.ts';
import { RUNNER_NAMES } from '../../src/cli/runners.ts';
import {
  foldersOf,
  isInterruptible,
  LabFolder,
  peersOf,
  receivedBy,
  sim,
  SIM,
  startSim,
  waitFor,
} from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const lab = new LabFolder(temporaryFolder());
const good = lab.write({ expect: ['requests.wrong == 0'] }, 'good.yaml');
const bad = lab.write({ expect: ['requests.due >= 1000000'] }, 'bad.yaml');
const SHORT = { phases: [{ name: 'steady', for: '200ms', requests: { rate: '20/s' } }] };
const hasTerminal = spawnSync('script', ['--version']).status === 0;

describe('exit code 0', () => {
  test('is that of a run in which all expectations hold', async () => {
    const { code, stdout, stderr } = await sim(['run', good]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^PASS tiny on loopback, seed 1: \d+ requests, all correct/m);
  });

  test.each(
    [['--help'], ['run', '--help'], ['check', '--help'], ['--version']].map((args) => [args]),
  )('is that of %j', async (args) => {
    const { code, stdout, stderr } = await sim(args);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.trim()).not.toBe('');
  });

  test('is among those that the help lists, all of them', async () => {
    const { stdout } = await sim(['--help']);
    const [, codes = ''] = stdout.split('Exit codes:');
    for (const code of Object.values(EXIT)) expect(codes).toMatch(new RegExp(`(^| )${code} `, 'm'));
  });

  test('is that of a check without mistakes', async () => {
    const { code, stdout, stderr } = await sim(['check', good, bad]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.trim().split('\n')).toHaveLength(2);
  });

  test('stays when the reader has gone', () => {
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', `"${process.execPath}" "${SIM}" --help | head -c 1 >&2`],
      { encoding: 'utf8' },
    );
    expect(status).toBe(0);
    expect(stderr).toHaveLength(1);
  });
});

test('exit code 1 is that of a run in which an expectation does not hold', async () => {
  const { code, stdout } = await sim(['run', bad]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^FAIL tiny on loopback, seed 1:[^]*1 of 1 expectation not met/m);
  expect(stdout).toContain('requests.due >= 1000000');
});

describe('exit code 2', () => {
  test('is that of a scenario with mistakes, all of which are shown where they are', async () => {
    const file = lab.write({ topology: { kind: 'rng' }, peers: { cuont: 3 } }, 'mistakes.yaml');
    for (const command of ['run', 'check']) {
      const { code, stdout, stderr } = await sim([command, file]);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/mistakes\.yaml:1:\d+ {2}.*did you mean "ring"\?/);
      expect(stderr).toMatch(/mistakes\.yaml:1:\d+ {2}.*"cuont".*did you mean "count"\?/);
      expect(stderr).toMatch(/^ +\^$/m);
    }
  });

  test('of a check comes after all files were looked at', async () => {
    const file = lab.write({ seed: -1 }, 'seed.yaml');
    const { code, stdout, stderr } = await sim(['check', file, good]);
    expect(code).toBe(2);
    expect(stderr).toContain('seed.yaml:1:');
    expect(stdout).toContain('good.yaml: good (tiny, 2 phases)');
  });

  test.each<[string, string[], RegExp]>([
    ['a runner that there is not', ['--runner', 'loopbak'], /did you mean "loopback"\?/],
    ['a runner like none', ['--runner', 'quantum'], new RegExp(RUNNER_NAMES[0]!)],
    ['a seed that is no number', ['--seed', 'x'], /'x' is invalid.*whole number/],
    ['a seed below 0', ['--seed', '-1'], /whole number/],
    ['a seed that is no whole number', ['--seed', '1.5'], /whole number/],
    ['a seed too large to be kept', ['--seed', '9007199254740993'], /whole number/],
    ['a seed too large by far', ['--seed', '99999999999999999999'], /to 9007199254740991\.$/m],
    ['an empty runner', ['--runner', 'virtual,'], /names an empty runner/],
    ['more seeds than can be', ['--seeds', '1..99999999999'], /2147483647 at most/],
    [
      'a seed of many too large',
      ['--seeds', '1..99999999999999999999'],
      /9007199254740991 at most/,
    ],
    ['a result without a name', ['--json', ''], /--json wants the name of a file, not ""\.$/m],
    ['the scenario as result', ['--json', good], /--json .*: that is the scenario itself/],
    ['the scenario as trace', ['--trace', good], /--trace .*: that is the scenario itself/],
    ['one file for both', ['--json', 'x', '--trace', './x'], /--json and --trace cannot write one/],
    ['seeds compared', ['--check-determinism', '--seeds', '1..3'], /compares runs of one seed/],
    ['a repeat of seeds', ['--repeat', '3', '--seeds', '1..3'], /leave one of them out/],
    ['a repeat with a trace', ['--repeat', '3', '--trace', 'x'], /leave --trace out/],
    [
      'figures over time of seeds',
      ['--runner', 'virtual', '--seeds', '1..3', '--csv', 'x'],
      /^sim: --seeds keeps no figures of single runs for --csv: leave --csv out, or give --repeat instead\.$/m,
    ],
    ['a repeat in two worlds', ['--repeat', '3', '--runner', 'virtual,loopback'], /one runner/],
    ['a repeat without end', ['--repeat', '10001'], /--repeat 10001: 10000 runs at most/],
    ['a repeat that is none', ['--repeat', '1'], /whole number from 2/],
    [
      'a repeat beyond the last seed',
      ['--repeat', '3', '--runner', 'virtual', '--seed', '9007199254740990'],
      /from seed 9007199254740990: a seed is 9007199254740991 at most/,
    ],
    ['a result of a comparison', ['--check-determinism', '--json', 'x'], /leave --json out/],
    ['a trace of a comparison', ['--check-determinism', '--trace', 'x'], /leave --trace out/],
    ['an option that there is not', ['--sed', '1'], /unknown option '--sed'/],
  ])('is that of %s', async (_, options, sentence) => {
    const { code, stdout, stderr } = await sim(['run', good, ...options]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^sim: /);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test.each(['loopback', 'process'])(
    'is that of a run on %s that this machine has no room for, with the estimate',
    async (runner) => {
      const file = lab.write({ ...SHORT, peers: { count: 1_000_000 } }, 'huge.yaml');
      const { code, stdout, stderr } = await sim(['run', file, '--runner', runner]);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(
        / needs about [\d.]+ [GT]B of memory, where this machine has [\d.]+ GB/,
      );
    },
  );

  test.each([[['run']], [['check']], [['rnu', good]], [[]]])('is that of %j', async (args) => {
    const { code, stdout, stderr } = await sim(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).not.toBe('');
  });

  test('is that of a scenario that is not there', async () => {
    const { code, stderr } = await sim(['run', 'nowhere.yaml']);
    expect([code, stderr.trim()]).toEqual([
      2,
      'nowhere.yaml:1:1  the file cannot be read: there is no such file',
    ]);
  });

  test.each(['loopback', 'process'])('is that of a fault that %s cannot do', async (runner) => {
    const faults = [{ at: '0s', clock: { of: 'peer-1', jump: '1h' } }];
    const file = lab.write({ ...SHORT, faults }, 'clock.yaml');
    const { code, stdout, stderr } = await sim(['run', file, '--runner', runner]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(new RegExp(`the ${runner} runner .*clock.*use virtual \\(faults, line`));
  });

  test.each(['--json', '--trace'])('is that of a file that %s cannot write', async (option) => {
    const file = lab.write(SHORT, 'short.yaml');
    const { code, stderr } = await sim(['run', file, option, join(lab.root, 'nowhere', 'x')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^sim: .*nowhere/);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

test('exit code 3 is that of a run that could not be carried out, with one sentence', async () => {
  const groups = [
    { name: 'ours', count: 1 },
    { name: 'other', count: 1, run: 'no-such-program-at-all {port}' },
  ];
  const file = lab.write({ peers: { groups }, topology: { kind: 'full' } }, 'other.yaml');
  const { code, stdout, stderr } = await sim(['run', file, '--quiet']);
  expect([code, stderr]).toEqual([3, '']);
  expect(stdout).toMatch(/^ERROR tiny on loopback, seed 1: other-1 .*\n$/);
});

test.skipIf(!existsSync('/dev/full')).each(['--json', '--trace'])(
  'exit code 3 is that of a full disk for %s, after the run was shown',
  async (option) => {
    const file = lab.write(SHORT, 'full.yaml');
    const args = ['run', file, '--runner', 'virtual', '--quiet', option, '/dev/full'];
    const { code, stdout, stderr } = await sim(args);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^PASS /);
    expect(stderr).toMatch(
      /^sim: cannot write the (result|trace) to \/dev\/full: the disk is full\.\n$/,
    );
  },
);

test('a full disk behind the output is one sentence and exit code 3', () => {
  const file = lab.write(SHORT, 'unseen.yaml');
  const command = `"${process.execPath}" "${SIM}" run "${file}" --runner virtual > /dev/full`;
  const { status, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
  expect(status).toBe(3);
  expect(stderr).toBe('sim: standard output cannot be written: the disk is full.\n');
});

describe('several runners', () => {
  test('are compared, and each file is said to be written', async () => {
    const file = lab.write(SHORT, 'both.yaml');
    const json = join(lab.root, 'two.json');
    const { stderr } = await sim(['run', file, '--runner', 'virtual,loopback', '--json', json]);
    const names = ['virtual', 'loopback', 'parity'].map((name) =>
      json.replace('.json', `.${name}.json`),
    );
    expect(stderr).toBe(names.map((name) => `written: ${name}\n`).join(''));
    const parity = JSON.parse(readFileSync(names[2]!, 'utf8')) as Record<string, unknown>;
    expect(parity).toMatchObject({ version: 1, scenario: 'tiny', seed: 1 });
    expect(parity['runners']).toEqual(['virtual', 'loopback']);
    expect(parity['rows']).toContainEqual(
      expect.objectContaining({ what: 'wrong', values: [0, 0], agreement: 'same' }),
    );
  });
});

describe('many seeds', () => {
  test('show how figures are spread, and write it', async () => {
    const file = lab.write(SHORT, 'seeds.yaml');
    const json = join(lab.root, 'seeds.json');
    const { code, stdout } = await sim([
      'run',
      file,
      '--runner',
      'virtual',
      '--seeds',
      '1..4',
      '--json',
      json,
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Over 4 runs +median +95% interval +min +max$/m);
    const written = repeatSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
    expect(written).toMatchObject({
      seeds: { first: 1, last: 4 },
      runs: { wanted: 4, done: 4, passed: 4 },
      failing: [],
      results: null,
      spread: { 'requests.success': { runs: 4, median: 1, min: 1, max: 1 } },
    });
  });
});

describe('exit code 130', () => {
  test.skipIf(!existsSync('/proc/self/status'))(
    'is that of an interrupted comparison, which says how far it was',
    async () => {
      const file = lab.write(SHORT, 'compared.yaml');
      const args = [
        'run',
        file,
        '--runner',
        'virtual',
        '--check-determinism',
        '--repeat',
        '1000000',
      ];
      const { child, ended } = startSim(args);
      await waitFor(() => isInterruptible(child.pid!));
      child.kill('SIGINT');
      const { code, stdout, stderr } = await ended;
      expect([code, stderr]).toEqual([130, '']);
      expect(stdout).toMatch(/^ERROR tiny, seed 1: interrupted in run [\d,]+ of 1,000,000/);
    },
  );

  test.each(['loopback', 'process'])(
    'is that of an interrupted run on %s, which clears up and shows what it has',
    async (runner) => {
      const phases = [{ name: 'steady', for: '40s', requests: { rate: '50/s' } }];
      const file = lab.write({ phases, timeout: '1m' }, 'long.yaml');
      const json = join(lab.root, `interrupted-${runner}.json`);
      const { child, ended } = startSim(['run', file, '--runner', runner, '--json', json]);
      await waitFor(() => receivedBy(child.pid!).length > 0);
      child.kill('SIGINT');
      const { code, stdout, stderr } = await ended;
      expect(code).toBe(130);
      // A run that takes long tells how far it is.
      expect(stderr).not.toMatch(/^sim:/m);
      expect(stdout).toMatch(/^ERROR tiny on .*interrupted/m);
      const result = resultSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
      expect(result.verdict).toBe('error');
      expect(result.requests.due).toBeGreaterThan(0);
      expect(foldersOf(child.pid!)).toEqual([]);
      if (existsSync('/proc/self/cwd')) expect(peersOf(child.pid!)).toEqual(new Map());
    },
  );

  test('comes at once with a second interruption', async () => {
    const phases = [{ name: 'steady', for: '40s' }];
    const groups = [{ name: 'ours', count: 2 }];
    const file = lab.write({ peers: { groups }, phases, timeout: '1m' }, 'twice.yaml');
    const { child, ended } = startSim(['run', file]);
    await waitFor(() => foldersOf(child.pid!).length === 1);
    await sleep(500);
    child.kill('SIGTERM');
    await sleep(50);
    child.kill('SIGINT');
    // The second one may hit a process that is leaving already, which to a shell is 130 as well.
    const { code } = await ended;
    expect(code === 130 || child.signalCode === 'SIGINT').toBe(true);
  });
});

describe('the seed', () => {
  test('of the command wins over that of the scenario', async () => {
    const file = lab.write({ ...SHORT, seed: 5 }, 'seeded.yaml');
    const { stdout } = await sim(['run', file, '--quiet']);
    expect(stdout).toContain('seed 5');
    const other = await sim(['run', file, '--quiet', '--seed', '0']);
    expect(other.stdout).toContain('seed 0');
  });
});

describe('--quiet', () => {
  test('prints the verdict on one line and nothing else', async () => {
    const { code, stdout, stderr } = await sim(['run', good, '--quiet']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^PASS tiny on loopback, seed 1: [^\n]+\n$/);
  });

  test('prints a failure on one line too', async () => {
    const { code, stdout } = await sim(['run', bad, '--quiet']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAIL tiny [^\n]+\n$/);
  });
});

describe('--json', () => {
  test.each(['loopback', 'process'])('writes a result of the schema on %s', async (runner) => {
    const json = join(lab.root, `${runner}.json`);
    await sim(['run', good, '--runner', runner, '--json', json]);
    const result = resultSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
    expect(result).toMatchObject({ verdict: 'pass', scenario: 'tiny', runner, seed: 1, peers: 3 });
    const { due, correct, wrong, excused, failed } = result.requests;
    expect(correct + wrong + excused + failed).toBe(due);
    expect(result.perPeer.reduce((sum, peer) => sum + peer.requests.due, 0)).toBe(due);
  });
});

describe('--trace', () => {
  test('writes every event on a line, and each request has one end at most', async () => {
    const path = join(lab.root, 'journal.jsonl');
    await sim(['run', good, '--trace', path]);
    const [head, ...rest] = readFileSync(path, 'utf8').trimEnd().split('\n');
    const lines = rest.slice(0, -1);
    expect(JSON.parse(rest.at(-1)!)).toEqual({ kind: 'end', events: lines.length, problem: null });
    expect(JSON.parse(head!)).toMatchObject({ journal: 1, scenario: 'tiny', seed: 1 });
    const events = lines.map((line) => JSON.parse(line) as JournalEvent);
    const kinds = new Set(events.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(
      [
        ...['all-ended', 'counts', 'done', 'due', 'harness'],
        ...['peer-up', 'phase-end', 'phase-start', 'reached'],
      ].sort(),
    );
    for (const kind of kinds) {
      // These have the time at which the last byte came, and are written once what was saved has been hashed.
      if (kind === 'done') continue;
      const times = events.filter((event) => event.kind === kind).map(({ atUs }) => atUs);
      expect(times.every((atUs, i) => i === 0 || atUs >= times[i - 1]!)).toBe(true);
    }
    const due = events.filter((event) => event.kind === 'due').map(({ request }) => request);
    const done = events.filter((event) => event.kind === 'done').map(({ request }) => request);
    expect(due).toEqual(due.map((_, i) => i));
    expect(new Set(done).size).toBe(done.length);
    expect(done.every((request) => due.includes(request))).toBe(true);
  });
});

describe.skipIf(!hasTerminal)('on a terminal', () => {
  const ESCAPE = '\u001b[';

  test('the verdict has colours', () => {
    expect(onTerminal([])).toContain(ESCAPE);
  });

  test.each<[string, string[], string]>([
    ['--no-color', ['--no-color'], ''],
    ['NO_COLOR', [], 'NO_COLOR=1 '],
  ])('%s leaves every escape sequence out', (_, options, environment) => {
    const text = onTerminal(options, environment);
    expect(text).toContain('PASS tiny');
    expect(text).not.toContain(ESCAPE);
  });

  function onTerminal(options: string[], environment = ''): string {
    const words = [process.execPath, SIM, 'run', good, '--quiet', ...options];
    const command = `${environment}${words.map((word) => `'${word}'`).join(' ')}`;
    const env = { ...process.env };
    for (const name of ['NO_COLOR', 'FORCE_COLOR', 'CI']) delete env[name];
    const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
      encoding: 'utf8',
      env: { ...env, TERM: 'xterm-256color' },
    });
    return stdout;
  }
});
