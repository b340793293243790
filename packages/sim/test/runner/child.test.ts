import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { Child, readyOrError } from '../../src/runner/child.ts';
import { RunError } from '../../src/result/run-error.ts';

const started: Child[] = [];
const NEVER = new Promise<never>(() => {});
const ON = new AbortController().signal;

afterEach(() => Promise.all(started.splice(0).map((child) => child.stop('SIGKILL'))));

describe('a child', () => {
  test('is heard line by line, however its output is cut', async () => {
    const { child, lines } = start(`process.stdout.write('a');
      setTimeout(() => process.stdout.write('b\\ncä'), 20);
      setTimeout(() => process.stdout.write('\\n\\nunfinished'), 40);`);
    await child.ended;
    expect(lines).toEqual(['ab', 'cä', '']);
  });

  test('is told lines', async () => {
    const { child, lines } = start(
      `process.stdin.on('data', (text) => process.stdout.write('got ' + text));`,
    );
    child.tell('one');
    await expect.poll(() => lines).toEqual(['got one']);
  });

  test('that ends by itself has crashed, and its last words are told', async () => {
    const { child, crashes } = start(`console.error('line\\nno luck'); process.exitCode = 7;`);
    expect(await child.ended).toBe('ended with exit code 7 (its last words: no luck)');
    await sleep(0);
    expect(crashes).toEqual(['ended with exit code 7 (its last words: no luck)']);
  });

  test('that is stopped has not crashed', async () => {
    const { child, crashes } = start('setInterval(() => {}, 1000)');
    expect(await child.stop('SIGTERM')).toBe(false);
    expect(await child.ended).toBe('was ended by SIGTERM');
    expect(crashes).toEqual([]);
    await child.stop('SIGTERM');
  });

  test('that does not want to end is killed', async () => {
    const { child, lines } = start(
      `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('ready');`,
    );
    await expect.poll(() => lines, { timeout: 10_000 }).toEqual(['ready']);
    expect(await child.stop('SIGTERM', 100)).toBe(true);
    expect(await child.ended).toBe('was ended by SIGKILL');
  });

  test('ends with all that it started, also when that outlives it', async () => {
    const { child, lines } = start(
      `const { spawn } = require('node:child_process');
       spawn('sleep', ['60'], { stdio: 'inherit' });
       console.log('ready');
       process.exit(0);`,
    );
    await expect.poll(() => lines, { timeout: 10_000 }).toEqual(['ready']);
    const startMs = performance.now();
    await child.stop('SIGKILL');
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });

  test('that does not read its input does us no harm', async () => {
    const { child } = start('process.exit(0)');
    await child.ended;
    for (let i = 0; i < 100; i++) child.tell('x'.repeat(10_000));
    await sleep(20);
  });
});

describe('readiness', () => {
  test('is what is waited for', async () => {
    const { child } = start('setInterval(() => {}, 1000)');
    expect(await readyOrError('p', child, Promise.resolve('up'), 1_000, ON)).toBe('up');
  });

  test('that does not come is an error that names the peer and the time', async () => {
    const { child } = start('setInterval(() => {}, 1000)');
    await expect(readyOrError('plain-1', child, NEVER, 50, ON)).rejects.toThrow(
      new RunError('plain-1 was not ready within 0.05 s; see whether its command works by hand.'),
    );
  });

  test('of a child that ends before is an error that says how it ended', async () => {
    const { child } = start('process.exit(3)');
    await expect(readyOrError('plain-1', child, NEVER, 20_000, ON)).rejects.toThrow(
      new RunError('plain-1 ended with exit code 3 before it was ready.'),
    );
  });

  test('is not waited for any longer when the run is interrupted', async () => {
    const { child } = start('setInterval(() => {}, 1000)');
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    await expect(readyOrError('plain-1', child, NEVER, 20_000, controller.signal)).rejects.toThrow(
      new RunError('plain-1 was not ready yet when the run was interrupted.'),
    );
  });
});

test('a program that is not there cannot be started', async () => {
  const child = new Child(['/no/such/program'], tmpdir(), { onLine: () => {}, onCrash: () => {} });
  expect(await child.ended).toMatch(/could not be started \(ENOENT\)|exit code 127 .*no such/i);
  await child.stop('SIGTERM');
});

function start(script: string): { child: Child; lines: string[]; crashes: string[] } {
  const lines: string[] = [];
  const crashes: string[] = [];
  const child = new Child([process.execPath, '-e', script], tmpdir(), {
    onLine: (line) => lines.push(line),
    onCrash: (how) => crashes.push(how),
  });
  started.push(child);
  return { child, lines, crashes };
}
