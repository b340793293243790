/**
 * The two commands of the README in a copy of the project as it is now, with an empty home folder and the
 * Node that a user would have: an older one than the project's, where this machine has one.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT, trackedFiles } from './tracked-files.ts';

const base = mkdtempSync(join(tmpdir(), 'imagemesh-clone-'));
const clone = join(base, 'imagemesh');
const home = join(base, 'home');

beforeAll(() => {
  mkdirSync(home);
  const changes = execFileSync('git', ['status', '--porcelain'], { cwd: ROOT, encoding: 'utf8' });
  if (changes === '') {
    execFileSync('git', ['clone', '--local', '--quiet', ROOT, clone]);
    return;
  }
  for (const path of trackedFiles()) cpSync(join(ROOT, path), join(clone, path));
});

afterAll(() => rmSync(base, { recursive: true, force: true, maxRetries: 3 }));

describe('in a clean clone', () => {
  test('npm start installs what is missing and passes mesh-10', async () => {
    const { code, stdout, stderr } = await npm('start');
    // A machine that is busy with something else may miss the one latency that mesh-10 holds.
    const isSlow = /^✗ steady\.latency\.p99 /m.test(stdout);
    expect(isSlow ? [1, 4] : [0], stdout + stderr).toContain(code);
    expect(stdout).toMatch(/^(PASS|FAIL|HARNESS-BOUND) mesh-10 on loopback, seed 42:/m);
    expect(stdout).toMatch(/^all +(\S+) +\1 +0 +0 +0 +100%$/m);
    expect(stderr).toContain('imagemesh: installing the packages that pnpm-lock.yaml names …');
    expect(existsSync(join(clone, 'node_modules/.modules.yaml'))).toBe(true);
  }, 240_000);

  test('npm test runs tests, and needs nothing more', async () => {
    const { code, stdout, stderr } = await npm(
      'test',
      '--',
      '--project',
      'peer',
      'test/protocol/address',
    );
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/Tests .*\d+ passed/);
    expect(stderr).not.toContain('imagemesh:');
  }, 120_000);

  test('npm run sim checks a scenario', async () => {
    const { code, stdout } = await npm('run', 'sim', '--', 'check', 'scenarios/mesh-10.yaml');
    expect(code).toBe(0);
    expect(stdout).toContain('scenarios/mesh-10.yaml: good (mesh-10, 3 phases)');
  });

  test('npm run pack makes both packages', async () => {
    const { code, stdout, stderr } = await npm('run', 'pack', '--', '--out', 'packed');
    expect(code, stdout + stderr).toBe(0);
    expect(readdirSync(join(clone, 'packed')).sort()).toEqual([
      expect.stringMatching(/^imagemesh-peer-.*\.tgz$/),
      expect.stringMatching(/^imagemesh-sim-.*\.tgz$/),
    ]);
  }, 60_000);

  test('npm run p2p shows its help', async () => {
    const { code, stdout } = await npm('run', 'p2p', '--', '--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: p2p /m);
  });

  test('a command that there is not is told with those that there are', () => {
    const args = ['scripts/launch.mjs', 'strat'];
    const { status, stderr } = spawnSync('node', args, { cwd: clone, env, encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stderr).toContain('imagemesh: there is no command "strat"; there are:');
    expect(stderr).toMatch(/^ {2}start /m);
  });

  test('nothing is left in the tree but what git ignores', () => {
    const { status, stdout } = spawnSync('git', ['status', '--porcelain'], {
      cwd: clone,
      encoding: 'utf8',
    });
    // A copy is no repository.
    if (existsSync(join(clone, '.git'))) expect([status, stdout]).toEqual([0, '']);
  });
});

const env = userEnvironment();

/** Ours without what npm, the launcher and vitest have put into it. */
function userEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|VITEST|INIT_CWD$|NODE_(ENV|OPTIONS|PATH)$|TEST$|DEV$|PROD$)/.test(name),
  );
  return { ...Object.fromEntries(kept), HOME: home, PATH: userPath(), NO_COLOR: '1' };
}

/** The path without what leads to a Node that is new enough, if an older one and its npm are left. */
function userPath(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const older = folders.filter((folder) => !(majorIn(folder) >= 24));
  const hasNode = older.some((folder) => majorIn(folder) > 0);
  const hasNpm = older.some((folder) => existsSync(join(folder, 'npm')));
  if (hasNode && hasNpm) return older.join(delimiter);
  return [dirname(process.execPath), ...folders].join(delimiter);
}

function majorIn(folder: string): number {
  const node = join(folder, 'node');
  if (folder === '' || !existsSync(node)) return NaN;
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return Number.parseInt((stdout ?? '').replace(/^v/, ''), 10);
}

function npm(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn('npm', args, { cwd: clone, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
