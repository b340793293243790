import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PLANTED_FAULTS } from '../../src/mutate/planted-faults.ts';
import { LabFolder, sim, startSim, waitFor } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
const lab = new LabFolder(folder);
const tiny = lab.write();

test('a fault that a scenario notices is shown with the reason and written to a file', async () => {
  const json = join(folder, 'faults.json');
  const { code, stdout } = await sim([
    'mutate',
    tiny,
    '--fault',
    'res-keeps-space',
    '--json',
    json,
  ]);
  expect(stdout).toContain('Takes the space behind RES: for the first byte of the image.');
  expect(stdout).toMatch(/tiny: .*wrong answers/);
  expect(stdout).toMatch(/^PASS 1 of 1 planted faults are noticed$/m);
  expect(code).toBe(0);
  const { faults } = JSON.parse(readFileSync(json, 'utf8')) as { faults: unknown[] };
  expect(faults).toMatchObject([
    { name: 'res-keeps-space', caught: true, trials: [{ scenario: 'tiny', verdict: 'fail' }] },
  ]);
});

test('a fault that no scenario notices ends in exit code 1', async () => {
  const { code, stdout } = await sim(['mutate', tiny, '--fault', 'starts-forgotten']);
  expect(stdout).toMatch(/^missed {2}starts-forgotten: Forgets a starting address/m);
  expect(stdout).toMatch(/^FAIL 0 of 1 planted faults are noticed$/m);
  expect(code).toBe(1);
});

test('a fault that fuzzing alone notices is noticed as well', async () => {
  const { code, stdout } = await sim([
    'mutate',
    tiny,
    '--fault',
    'res-without-space',
    '--fuzz',
    '300',
  ]);
  expect(stdout).toMatch(/^res-without-space +0 of 1 +found +fuzzing alone$/m);
  expect(stdout).toMatch(/sim fuzz: the peer sends something that is no message where/);
  expect(stdout).toMatch(/^PASS 1 of 1 planted faults are noticed$/m);
  expect(code).toBe(0);
});

test('the faults are listed with what each does, and nothing is run', async () => {
  const all = await sim(['mutate', '--list']);
  for (const { name } of PLANTED_FAULTS)
    expect(all.stdout).toMatch(new RegExp(`^${name} {2,}\\w`, 'm'));
  const one = await sim(['mutate', '--list', '--fault', 'res-keeps-space']);
  expect(one.stdout).toBe(
    'res-keeps-space  Takes the space behind RES: for the first byte of the image.\n',
  );
  expect([all.code, one.code]).toEqual([0, 0]);
});

test.each([
  ['a scenario', [tiny], '--list runs no scenario: leave the files out.'],
  ['--json', ['--json', join(folder, 'list.json')], '--list runs nothing and so writes no result'],
])('%s beside --list is refused', async (_what, more, sentence) => {
  const { code, stdout, stderr } = await sim(['mutate', '--list', ...more]);
  expect(stderr).toContain(sentence);
  expect([stdout, code]).toEqual(['', 2]);
});

test('a misspelt fault is answered with the nearest one', async () => {
  const { code, stderr } = await sim(['mutate', tiny, '--fault', 'truncated-kep']);
  expect(stderr).toContain(
    'There is no planted fault "truncated-kep"; did you mean "truncated-kept"?',
  );
  expect(code).toBe(2);
});

test('a scenario that fails without a fault is refused', async () => {
  const failing = lab.write({ expect: ['requests.success == 1%'] }, 'failing.yaml');
  const { code, stderr } = await sim(['mutate', failing, '--fault', 'truncated-kept']);
  expect(stderr).toContain('Only scenarios that pass without a planted fault can be used.');
  expect(code).toBe(2);
});

test('Ctrl-C ends it with what is known by then', async () => {
  const json = join(folder, 'some.json');
  const { child, ended } = startSim(['mutate', tiny, '--json', json]);
  await waitFor(() => catchesInterrupts(child.pid!));
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  const last = /^ERROR interrupted; \d+ of (\d+) planted faults are noticed, (\d+) not judged$/m;
  const [, judged, left] = last.exec(stdout)!;
  expect(Number(judged) + Number(left)).toBe(PLANTED_FAULTS.length);
  expect(code).toBe(130);
  const { faults } = JSON.parse(readFileSync(json, 'utf8')) as { faults: unknown[] };
  expect(faults).toHaveLength(Number(judged));
});

/** Whether a process has all its handlers: that for SIGHUP, the first signal, comes last. Needs /proc. */
function catchesInterrupts(pid: number): boolean {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mask = /^SigCgt:\s*([0-9a-f]+)$/m.exec(status)![1]!;
  return (BigInt(`0x${mask}`) & 1n) !== 0n;
}

test('--explore hunts a fault, and says what is left of the scenario that finds it', async () => {
  const json = join(folder, 'hunt.json');
  const fault = ['--fault', 'res-twice'];
  const { code, stdout } = await sim(['mutate', '--explore', '60s', ...fault, '--json', json]);
  expect(stdout).toMatch(/^res-twice +\d+ +\d+ +[\d.]+ s +\d+ +\d+ +\d+ +[\d.]+ s$/m);
  expect(stdout).toMatch(
    /^1 of 1 planted faults are found by exploring; at the median \d peers, \d faults and \d+ requests are left, /m,
  );
  expect(code).toBe(0);
  const { faults } = JSON.parse(readFileSync(json, 'utf8')) as { faults: unknown[] };
  expect(faults).toMatchObject([{ name: 'res-twice', found: { seed: expect.any(Number) } }]);
});

test('--explore says before the hunt that what it finds could not be written', async () => {
  const nowhere = join(folder, 'none', 'hunt.json');
  const { code, stdout, stderr } = await sim(['mutate', '--explore', '60s', '--json', nowhere]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^sim: --json \S+: there is no folder \S+none\.\n$/);
});
