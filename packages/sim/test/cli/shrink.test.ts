import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { LabFolder, sim } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const lab = new LabFolder(temporaryFolder());
const path = (name: string): string => join(lab.root, name);

/** Much that matters nothing: what fails is that an answer takes time at all. */
const SLOW = {
  peers: { count: 6 },
  phases: [
    { name: 'discover', until: 'discovered', within: '10s' },
    { name: 'steady', for: '2s', requests: { rate: '20/s' } },
  ],
  faults: [{ at: 'steady+1s', for: '200ms', pause: 'peer-2' }],
  expect: ['requests.wrong == 0', 'steady.latency.p99 <= 1us', 'discover.time <= 5s'],
};

interface Small {
  readonly seed: number;
  readonly peers: { readonly count: number };
  readonly expect: readonly string[];
  readonly faults?: readonly object[];
}

describe('sim shrink', () => {
  test('keeps what fails and takes away all else that it can, into a file that fails by itself', async () => {
    const file = lab.write(SLOW, 'slow.yaml');
    const out = path('small.yaml');
    const shrunk = await sim(['shrink', file, '--seed', '5', '--out', out]);
    expect([shrunk.code, shrunk.stderr]).toEqual([0, '']);
    expect(shrunk.stdout).toMatch(/small\.yaml has [1-3] of 6 peers, 0 faults and \d+ requests?;/);
    const text = readFileSync(out, 'utf8');
    const small = parse(text) as Small;
    expect(small).toMatchObject({ seed: 5, expect: ['steady.latency.p99 <= 1us'] });
    expect(small.faults ?? []).toEqual([]);
    expect(text).toMatch(/^# {3}expected steady\.latency\.p99 <= 1us, measured \d/m);
    const run = await sim(['run', out, '--runner', 'virtual', '--quiet']);
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('1 of 1 expectation not met');
  });

  test('comes to the same end again, and stops after so many runs when it is told to', async () => {
    const file = lab.write(SLOW, 'slow-too.yaml');
    const [one, two, cut] = [path('one.yaml'), path('two.yaml'), path('cut.yaml')];
    await sim(['shrink', file, '--out', one]);
    await sim(['shrink', file, '--out', two]);
    const body = (name: string): string => readFileSync(name, 'utf8').replaceAll(/^#.*\n/gm, '');
    expect(body(two)).toBe(body(one));
    const { code, stdout } = await sim(['shrink', file, '--out', cut, '--runs', '1']);
    expect(code).toBe(0);
    expect(stdout).toContain('it took 1 run, and more was left to try.');
  });

  test('of a scenario that does not fail says so, ends with 1 and writes nothing', async () => {
    const file = lab.write({ ...SLOW, expect: ['requests.wrong == 0'] }, 'well.yaml');
    const out = path('none.yaml');
    const { code, stdout, stderr } = await sim(['shrink', file, '--out', out]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('well.yaml does not fail with seed ');
    expect(existsSync(out)).toBe(false);
  });

  test('does not take a figure that cannot be measured any more for the same failure', async () => {
    const file = lab.write(SLOW, 'measured.yaml');
    const out = path('measured-small.yaml');
    await sim(['shrink', file, '--out', out]);
    const { stdout } = await sim(['run', out, '--runner', 'virtual']);
    expect(stdout).not.toContain('could not be measured');
  });

  test.each([
    [
      'over the scenario itself',
      (file: string) => [file, '--out', file],
      /that is the scenario itself/,
    ],
    [
      'into a folder that is not there',
      (file: string) => [file, '--out', '/none/x.yaml'],
      /there is no folder/,
    ],
    ['with a cell of no matrix', (file: string) => [file, '--cell', '2'], /has no such cell/],
    ['with a time that is none', (file: string) => [file, '--time', 'long'], /--time/],
  ])('%s is refused', async (_what, argumentsOf, sentence) => {
    const file = lab.write(SLOW, 'refused.yaml');
    const { code, stdout, stderr } = await sim(['shrink', ...argumentsOf(file)]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(sentence);
  });
});
