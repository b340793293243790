/** Ctrl-C on a terminal, which sends a SIGINT to every process of the command. */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repeatSchema } from '../../src/report/repeat-schema.ts';
import { resultSchema } from '../../src/report/result-schema.ts';
import { LabFolder, SIM } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const lab = new LabFolder(temporaryFolder());
const CTRL_C = '\u0003';
const hasTerminal = spawnSync('script', ['--version']).status === 0;

/** A virtual run that takes minutes. */
const ENDLESS = {
  phases: [{ name: 'steady', for: '200h', requests: { rate: '50/s' } }],
  timeout: '300h',
};
const SHORT = { phases: [{ name: 'steady', for: '200ms', requests: { rate: '20/s' } }] };

/** Runs `sim` on a terminal and presses Ctrl-C as soon as it has written something like this. */
async function interrupted(
  args: readonly string[],
  sign: RegExp,
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly code: number | null; readonly text: string }> {
  const command = [process.execPath, SIM, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    env: { ...process.env, ...env, NO_COLOR: '1', COLUMNS: '100' },
  });
  let text = '';
  let isPressed = false;
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more;
    if (isPressed || !sign.test(text)) return;
    isPressed = true;
    child.stdin.write(CTRL_C);
  });
  return await new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, text: text.replaceAll('\r', '') }));
  });
}

/** What was printed, as if the terminal had been wide enough for each sentence. */
function unwrapped(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

describe.skipIf(!hasTerminal)('Ctrl-C', () => {
  test('ends several scenarios that go on at once, with those that are over', async () => {
    const short = lab.write({ ...SHORT, name: 'short' }, 'short.yaml');
    const endless = [1, 2, 3].map((number) => lab.write(ENDLESS, `endless-${number}.yaml`));
    const args = ['run', short, ...endless, '--runner', 'virtual', '--jobs', '2'];
    const { code, text } = await interrupted(args, /PASS short/);
    expect(code).toBe(130);
    expect(unwrapped(text)).toContain('ERROR tiny on virtual, seed 1: interrupted');
    expect(unwrapped(text)).toMatch(/ERROR 4 files on virtual: interrupted; 2 of 4 runs were run/);
  });

  test('ends many seeds with those that were run', async () => {
    const file = lab.write(SHORT, 'seeds.yaml');
    const json = join(lab.root, 'seeds.json');
    const args = ['run', file, '--runner', 'virtual', '--seeds', '1..1000000', '--json', json];
    const { code, text } = await interrupted(args, /\d+ of 1000000 seeds, 0 failing/);
    const said = /ERROR tiny on virtual: interrupted; (\d+) of 1000000 seeds were run, (\d+) of/;
    const [, run, passed] = said.exec(unwrapped(text)) ?? [];
    expect(code).toBe(130);
    expect(Number(run)).toBeGreaterThan(0);
    expect(passed).toBe(run);
    expect(text).toMatch(/Over [\d,]+ runs? +median/);
    const { seeds, runs } = repeatSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
    expect(seeds).toEqual({ first: 1, last: 1_000_000 });
    expect(runs).toMatchObject({ wanted: 1_000_000, done: Number(run), passed: Number(run) });
  });

  test('ends repetitions with those that were done', async () => {
    const file = lab.write(SHORT, 'repeated.yaml');
    const json = join(lab.root, 'repeated.json');
    const args = ['run', file, '--repeat', '9999', '--json', json];
    // The line that is redrawn tells which of them goes on.
    const { code, text } = await interrupted(args, /3 of 9999  steady/);
    expect(code).toBe(130);
    const said = /ERROR tiny on loopback: interrupted; (\d+) of 9999 runs were done, (\d+) of/;
    const [, done] = said.exec(unwrapped(text)) ?? [];
    expect(Number(done)).toBeGreaterThanOrEqual(2);
    expect(text).toMatch(new RegExp(`Over ${done} runs +median`));
    const { runs, results } = repeatSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
    expect(runs).toMatchObject({ wanted: 9_999, done: Number(done) });
    expect(results).toHaveLength(Number(done));
  });

  test('ends a comparison with how far it was', async () => {
    const file = lab.write(SHORT, 'compared.yaml');
    const args = ['run', file, '--runner', 'virtual', '--check-determinism', '--repeat', '1000000'];
    const { code, text } = await interrupted(args, /run [\d,]+ of 1,000,000/);
    expect(code).toBe(130);
    expect(text).toMatch(/ERROR tiny, seed 1: interrupted in run [\d,]+ of 1,000,000/);
  });

  test.each([
    ['', {}],
    [' that was started again with a larger heap', { NODE_OPTIONS: '--max-old-space-size=64' }],
  ])('ends a long virtual run%s with its figures so far', async (_, env) => {
    const file = lab.write(ENDLESS, 'endless.yaml');
    const json = join(lab.root, 'endless.json');
    const args = ['run', file, '--runner', 'virtual', '--json', json];
    const { code, text } = await interrupted(args, /steady.*\d/, env);
    expect(code).toBe(130);
    expect(text).toMatch(/ERROR tiny on virtual.*: interrupted/);
    const { verdict, requests } = resultSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
    expect(verdict).toBe('error');
    expect(requests.due).toBeGreaterThan(0);
  });
});
