import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import type { SeedOutcome, SeedWork } from '../../src/cli/seed-worker.ts';
import { threadsFor } from '../../src/cli/seeds.ts';
import { virtual } from '../../src/runner/virtual.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { LabFolder, runLab, sim } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const lab = new LabFolder(temporaryFolder());
const SHORT = { phases: [{ name: 'steady', for: '200ms', requests: { rate: '20/s' } }] };
const IMPOSSIBLE = { ...SHORT, expect: ['requests.due >= 1000000', 'requests.wrong == 0'] };
const VIRTUAL = ['--runner', 'virtual', '--no-color'];

/** What so many threads tell of the seeds from `first` on. */
async function outcomes(
  threads: number,
  work: Pick<SeedWork, 'scenario' | 'first' | 'count'>,
): Promise<SeedOutcome[]> {
  const taken = new Int32Array(new SharedArrayBuffer(4));
  const told: SeedOutcome[] = [];
  await Promise.all(
    Array.from({ length: threads }, async () => {
      const url = new URL('../../src/cli/seed-worker.ts', import.meta.url);
      const worker = new Worker(url, { workerData: { ...work, taken } });
      worker.on('message', (outcome: SeedOutcome) => told.push(outcome));
      await new Promise((resolve, reject) => worker.once('error', reject).once('exit', resolve));
    }),
  );
  return told.sort((a, b) => a.seed - b.seed);
}

test('threads share the seeds out, each of which is run once and as it would be alone', async () => {
  const file = lab.write({ ...SHORT, seed: 7 }, 'shared.yaml');
  const scenario = loadScenario(file);
  const told = await outcomes(2, { scenario, first: 3, count: 9 });
  expect(told.map(({ seed }) => seed)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(new Set(told.map(({ traceHash }) => traceHash)).size).toBe(9);
  const { result } = await runLab(virtual, file);
  const { virtual: facts, verdict } = result;
  const seventh = told.find(({ seed }) => seed === 7)!;
  expect(seventh).toMatchObject({ verdict, reasons: [], events: facts!.events });
  expect(seventh.traceHash).toBe(facts!.traceHash);
});

test('a thread that finds no seed left ends without a word', async () => {
  const scenario = loadScenario(lab.write(SHORT, 'none.yaml'));
  expect(await outcomes(1, { scenario, first: 1, count: 0 })).toEqual([]);
});

test('there are no more threads than seeds, or than cores', () => {
  expect(threadsFor({ first: 5, last: 5 })).toBe(1);
  expect(threadsFor({ first: 1, last: 1_000 })).toBe(availableParallelism());
});

test('seeds that fail are named in order, the first five with a line to paste, and end in 1', async () => {
  const file = lab.write(IMPOSSIBLE, 'failing.yaml');
  const json = join(lab.root, 'failing.json');
  const { code, stdout } = await sim(['run', file, ...VIRTUAL, '--seeds', '4..10', '--json', json]);
  expect(code).toBe(1);
  const said = stdout.split('\n');
  for (const [i, seed] of [4, 5, 6, 7, 8].entries()) {
    expect(said[2 * i]).toMatch(new RegExp(`^seed ${seed} fails: .*due`));
    expect(said[2 * i + 1]).toMatch(
      new RegExp(`^ +npm run sim -- run .*failing\\.yaml --runner virtual --seed ${seed}$`),
    );
  }
  expect(said[10]).toBe('also failing: 9, 10');
  expect(stdout).toMatch(/^FAIL tiny on virtual: 0 of 7 seeds pass, [\d,]+ events, \d+ seeds\/s$/m);
  const written = JSON.parse(readFileSync(json, 'utf8')) as { failing: SeedOutcome[] };
  expect(written.failing.map(({ seed }) => seed)).toEqual([4, 5, 6, 7, 8, 9, 10]);
  expect(written.failing[0]).toMatchObject({ verdict: 'fail' });
});

test('the line to paste repeats the failure', async () => {
  const file = lab.write(IMPOSSIBLE, 'again.yaml');
  const many = await sim(['run', file, ...VIRTUAL, '--seeds', '5..5']);
  const once = await sim(['run', file, ...VIRTUAL, '--seed', '5', '--quiet']);
  expect([many.code, once.code]).toEqual([1, 1]);
  expect(once.stdout).toMatch(/^FAIL tiny on virtual, seed 5: /);
});

test('--quiet prints the verdict alone', async () => {
  const file = lab.write(SHORT, 'quiet.yaml');
  const quiet = await sim(['run', file, ...VIRTUAL, '--seeds', '1..2', '--quiet']);
  expect([quiet.code, quiet.stderr]).toEqual([0, '']);
  expect(quiet.stdout).toMatch(/^PASS tiny on virtual: 2 of 2 seeds pass, [^\n]+\n$/);
});
