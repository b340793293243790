import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resultSchema } from '../../src/report/result-schema.ts';
import { LabFolder, sim } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const lab = new LabFolder(temporaryFolder());
const VIRTUAL = ['--runner', 'virtual'];
const one = lab.write({ name: 'one' }, 'one.yaml');
const cells = lab.write({ name: 'two', matrix: { 'peers.count': [3, 4] } }, 'two.yaml');
const failing = lab.write({ name: 'bad', expect: ['discovery.messages >= 999'] }, 'bad.yaml');

describe('several scenarios', () => {
  test('are run one after the other, with all cells, and shown in one table', async () => {
    const { code, stdout, stderr } = await sim(['run', one, cells, ...VIRTUAL]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^PASS one on virtual, seed 1: .*\nPASS two \[peers\.count=3\] on /s);
    expect(stdout).toMatch(/^Run {2}scenario +verdict +due/m);
    expect(stdout).toMatch(/^ +1 {2}one +pass /m);
    expect(stdout).toMatch(/^ +3 {2}two \[peers.* +pass /m);
    expect(stdout).toMatch(/\nPASS 2 files on virtual: 3 of 3 runs pass\n$/);
  });

  test('end with the highest exit code, and say which do not pass', async () => {
    const { code, stdout } = await sim(['run', one, failing, ...VIRTUAL]);
    expect(code).toBe(1);
    expect(stdout).toContain('\n  expected discovery.messages >= 999, measured 36\n');
    expect(stdout).toMatch(/\nFAIL 2 files on virtual: 1 of 2 runs pass, not bad\n$/);
  });

  test('with --quiet are one line', async () => {
    const { stdout } = await sim(['run', one, cells, ...VIRTUAL, '--quiet']);
    expect(stdout).toBe('PASS 2 files on virtual: 3 of 3 runs pass\n');
  });

  test('come to the same at once as one after the other, and in the same order', async () => {
    const slow = lab.write({ name: 'slow', peers: { count: 60 } }, 'slow.yaml');
    const run = async (name: string, ...jobs: string[]): Promise<unknown> => {
      const json = ['--json', join(lab.root, `${name}.json`)];
      const args = ['run', slow, one, cells, failing, ...VIRTUAL, ...jobs, ...json];
      const { code, stdout } = await sim(args);
      const results = ['slow', 'one', 'two.1', 'two.2', 'bad'].map((file) => {
        const text = readFileSync(join(lab.root, `${name}.${file}.json`), 'utf8');
        const result = resultSchema.parse(JSON.parse(text));
        const { traceHash } = result.virtual!;
        const environment = { ...result.environment, startedAt: '' };
        return { ...result, wallSeconds: 0, memory: null, environment, virtual: traceHash };
      });
      return { code, stdout, results };
    };
    const alone = await run('alone', '--jobs', '1');
    expect(alone).toMatchObject({ code: 1 });
    expect(await run('at-once', '--jobs', '3')).toEqual(alone);
  });

  test('can be run at once on real sockets, when that is wished', async () => {
    const { code, stdout } = await sim(['run', one, cells, '--jobs', '2']);
    expect([0, 4]).toContain(code);
    expect(stdout).toMatch(/\w+ 2 files on loopback: \d of 3 runs pass/);
  });

  test('have a trace each, which needs no other way to run them', async () => {
    const trace = ['--trace', join(lab.root, 'all.trace')];
    const { code } = await sim(['run', one, cells, ...VIRTUAL, ...trace]);
    expect(code).toBe(0);
    expect(existsSync(join(lab.root, 'all.two.2.trace'))).toBe(true);
  });

  test('write files of their own', async () => {
    const out = (name: string): string => join(lab.root, name);
    const { code } = await sim(['run', one, cells, ...VIRTUAL, '--json', out('all.json')]);
    expect(code).toBe(0);
    for (const name of ['one', 'two.1', 'two.2']) {
      expect(existsSync(out(`all.${name}.json`)), name).toBe(true);
    }
  });
});

describe('exit code 2', () => {
  test('is that of a mistake in any of them; all are told, and nothing is run', async () => {
    const [wrong, worse] = ['wrong', 'worse'].map((name) =>
      lab.write({ topology: { kind: name } }, `${name}.yaml`),
    );
    const { code, stdout, stderr } = await sim(['run', one, wrong!, worse!, ...VIRTUAL]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/wrong\.yaml:.*"wrong".*worse\.yaml:.*"worse"/s);
  });

  test('is that of one that the runner cannot do, which is named', async () => {
    const faults = [{ at: '0s', clock: { of: 'peer-1', jump: '1h' } }];
    const clock = lab.write({ faults }, 'clock.yaml');
    const { code, stdout, stderr } = await sim(['run', one, clock]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/clock\.yaml: the loopback runner .*use virtual/);
  });

  test.each([
    [VIRTUAL, '--html', '--html listens to each run'],
    [[], '--bundle', '--bundle listens to each run on loopback'],
  ])('is that of runs at once with %j %s', async (runner, option, why) => {
    const args = ['run', one, cells, ...runner, '--jobs', '2', option, join(lab.root, 'kept')];
    const { code, stdout, stderr } = await sim(args);
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      `sim: --jobs 2: ${why}, so that there is one at a time; leave one of them out.\n`,
    ]);
  });

  test.each([
    ['--seeds', '1..3'],
    ['--cell', '1'],
    ['--repeat', '3'],
    ['--against', 'x.json'],
    ['--check-determinism'],
  ])('is that of %s', async (...option) => {
    const { code, stdout, stderr } = await sim(['run', one, cells, ...VIRTUAL, ...option]);
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      `sim: ${option[0]} is for one scenario; name one file.\n`,
    ]);
  });

  test('is that of several runners', async () => {
    const { code, stderr } = await sim(['run', one, cells, '--runner', 'virtual,loopback']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^sim: several runners are compared for one scenario/);
  });

  test('is that of two files that would write one result', async () => {
    const twin = new LabFolder(temporaryFolder()).write({ name: 'one' }, 'one.yaml');
    const json = ['--json', join(lab.root, 'x.json')];
    const { code, stderr } = await sim(['run', one, twin, ...VIRTUAL, ...json]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^sim: --json: two of the scenarios are called one/);
  });
});
