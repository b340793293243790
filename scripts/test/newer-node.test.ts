/**
 * A run of the virtual world is the same on the next Node as on this one. Fetches that Node, as the launcher
 * fetches its own.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from './tracked-files.ts';

const NEWER = '26';
const SIM = join(ROOT, 'packages/sim/src/cli/main.ts');

const folder = mkdtempSync(join(tmpdir(), 'imagemesh-node-'));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

let newer = '';

beforeAll(() => {
  const npx = ['--yes', '--package', `node@${NEWER}`, '--', 'node', '-p', 'process.execPath'];
  newer = execFileSync('npx', npx, { cwd: folder, encoding: 'utf8' }).trim();
}, 120_000);

test.each(['ring-5', 'missing-images', 'mesh-10'])(
  'the events of %s are the same on the next Node',
  (scenario) => {
    expect(execFileSync(newer, ['-p', 'process.version'], { encoding: 'utf8' })).toMatch(
      new RegExp(`^v${NEWER}\\.`),
    );
    expect(traceHash(newer, scenario)).toBe(traceHash(process.execPath, scenario));
  },
  60_000,
);

function traceHash(node: string, scenario: string): string {
  const json = join(folder, 'result.json');
  const file = join(ROOT, 'scenarios', `${scenario}.yaml`);
  execFileSync(node, [SIM, 'run', file, '--runner', 'virtual', '--quiet', '--json', json]);
  const result = JSON.parse(readFileSync(json, 'utf8')) as { virtual: { traceHash: string } };
  return result.virtual.traceHash;
}
