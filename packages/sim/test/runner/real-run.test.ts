import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { loopback } from '../../src/runner/loopback.ts';
import { processes } from '../../src/runner/process.ts';
import { RunError } from '../../src/result/run-error.ts';
import { foldersOf, LabFolder, peersOf, RUN_PLAIN, runLab, startSim, waitFor } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const lab = new LabFolder(temporaryFolder());
const hasPython = spawnSync('python3', ['--version']).status === 0;
const hasProc = existsSync('/proc/self/cwd');

const MIX = {
  groups: [
    { name: 'ours', count: 2 },
    { name: 'plain', count: 2, run: RUN_PLAIN },
  ],
};

afterEach(() => {
  expect(foldersOf(process.pid)).toEqual([]);
  if (hasProc) expect(peersOf(process.pid)).toEqual(new Map());
});

describe.each([loopback, processes])('a run on $name', (runner) => {
  test('passes, with every answer judged, and leaves nothing behind', async () => {
    const file = lab.write({
      images: { copies: 1 },
      expect: ['requests.success == 100%', 'discovery.complete == true', 'requests.due > 15'],
    });
    const { result, journal } = await runLab(runner, file);
    expect(result.reasons).toEqual([]);
    expect(result).toMatchObject({ verdict: 'pass', runner: runner.name });
    expect(result.discovery).toMatchObject({ complete: true, reachedPairs: 6, pairs: 6 });
    expect(result.memory.peakRssBytes).toBeGreaterThan(1_000_000);
    for (const { address, known, sent } of result.perPeer) {
      expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
      expect(known).toBe(2);
      expect(sent!['HELLO']).toBeGreaterThan(0);
      expect(await isListening(address)).toBe(false);
    }
    const done = journal.filter((event) => event.kind === 'done');
    expect(done).toHaveLength(result.requests.due);
    expect(done.every(({ from, sha256 }) => from >= 0 && /^[0-9a-f]{64}$/.test(sha256))).toBe(true);
  });

  test('that fails an expectation leaves nothing behind either', async () => {
    const { result } = await runLab(runner, lab.write({ expect: ['latency.p50 <= 1us'] }));
    expect(['fail', 'harness-bound']).toContain(result.verdict);
    // On a busy machine what bound the lab comes first.
    expect(result.reasons.at(-1)).toMatch(/^expected latency\.p50 <= 1us, measured /);
    expect(result.reasons.length === 1).toBe(result.verdict === 'fail');
  });

  test('asks the same of the same peers when it is repeated', async () => {
    const requests = { rate: '40/s', missing: '20%' };
    const file = lab.write({ phases: [{ name: 'steady', for: '500ms', requests }] });
    const asked = async (): Promise<unknown[]> => {
      const { journal } = await runLab(runner, file);
      const startUs = journal.find(({ kind }) => kind === 'phase-start')!.atUs;
      return journal.flatMap((event) =>
        event.kind === 'due' ? [{ ...event, atUs: event.atUs - startUs }] : [],
      );
    };
    const first = await asked();
    expect(first.length).toBeGreaterThan(8);
    expect(await asked()).toEqual(first);
  });

  test('keeps a rate above one request a millisecond', async () => {
    const requests = { rate: '3000/s', arrivals: 'constant', missing: '100%' };
    const { result } = await runLab(
      runner,
      lab.write({ peers: { count: 1 }, phases: [{ name: 'steady', for: '500ms', requests }] }),
    );
    expect(result.phases[0]!.requests.due).toBe(1_499);
  });

  test('is cut by its timeout, and says so', async () => {
    const file = lab.write({
      timeout: '2s',
      phases: [
        { name: 'discover', until: { known: 2 }, within: '1s' },
        { name: 'steady', for: '1s' },
      ],
      topology: { edges: [['peer-1', 'peer-2']], connected: false },
    });
    const { result } = await runLab(runner, file);
    expect(result.verdict).toBe('fail');
    expect(result.reasons).toContain(
      'phase discover did not come to its end within 1 s: 2 of 6 pairs of peers reached',
    );
  });

  test('that is interrupted ends in order', async () => {
    const controller = new AbortController();
    let due = 0;
    const { result, journal } = await runLab(runner, lab.write({ phases: longPhases() }), {
      signal: controller.signal,
      onEvent: ({ kind }) => {
        if (kind === 'due' && ++due === 5) controller.abort();
      },
    });
    expect(result.requests.due).toBe(5);
    expect(journal.filter(({ kind }) => kind === 'phase-end').at(-1)).toMatchObject({
      isComplete: false,
    });
    expect(result.reasons).toContain('phase steady was cut short');
  });

  test('that is interrupted before its start never starts', async () => {
    const signal = AbortSignal.abort();
    const { journal } = await runLab(runner, lab.write(), { signal });
    expect(journal.some(({ kind }) => kind === 'phase-start' || kind === 'due')).toBe(false);
  });

  test('of a peer that is alone has discovered all', async () => {
    const { result } = await runLab(
      runner,
      lab.write({ peers: { count: 1 }, expect: ['discovery.complete == true'] }),
    );
    expect(result.verdict).toBe('pass');
  });

  test.skipIf(!hasPython)('goes with another program, which asks and is asked', async () => {
    const file = lab.write({ peers: MIX, topology: { kind: 'full' }, images: { copies: 1 } });
    const { result } = await runLab(runner, file);
    expect(result.reasons).toEqual([]);
    expect(result.perPeer.map(({ known }) => known === null)).toEqual([false, false, true, true]);
    for (const { requests } of result.perPeer) expect(requests.correct).toBeGreaterThan(0);
    for (const { address } of result.perPeer) expect(await isListening(address)).toBe(false);
  });

  test.each([
    ['is not there', 'no-such-program-at-all {port}', /could not be started|exit code 127/],
    [
      'ends at once',
      'sh -c "echo no luck >&2; exit 7" {port}',
      /ended with exit code 7 \(its last words: no luck\) before it was ready\.$/,
    ],
    ['is killed', 'sh -c "kill -9 $$" {port}', /was ended by SIGKILL before it was ready\.$/],
  ])('cannot be carried out with a program that %s', async (_, run, sentence) => {
    const file = lab.write({
      peers: {
        groups: [
          { name: 'ours', count: 1 },
          { name: 'plain', count: 1, run },
        ],
      },
      topology: { kind: 'full' },
    });
    const error = await runLab(runner, file).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(RunError);
    expect((error as RunError).message).toMatch(/^plain-1 /);
    expect((error as RunError).message).toMatch(sentence);
  });

  test('that is interrupted does not wait for a program that never listens', async () => {
    const run = 'sh -c "sleep 60" {port}';
    const file = lab.write({
      peers: {
        groups: [
          { name: 'ours', count: 1 },
          { name: 'plain', count: 1, run },
        ],
      },
      topology: { kind: 'full' },
    });
    const controller = new AbortController();
    const startMs = performance.now();
    setTimeout(() => controller.abort(), 1_500);
    const run1 = runLab(runner, file, { signal: controller.signal });
    await expect(run1).rejects.toThrow(
      /^plain-1 was not ready yet when the run was interrupted\.$/,
    );
    expect(performance.now() - startMs).toBeLessThan(10_000);
  });

  test('cannot be carried out without a place for its folders', async () => {
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = '/nonexistent';
    try {
      await expect(runLab(runner, lab.write())).rejects.toThrow(
        /^The peers' folders could not be made below \/nonexistent: /,
      );
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
  });
});

describe.skipIf(!hasProc)('a peer’s process', () => {
  test('that is killed from outside fails the run by its name, and the run goes on', async () => {
    let isKilled = false;
    const { result } = await runLab(processes, lab.write(), {
      onEvent: ({ kind }) => {
        if (kind !== 'due' || isKilled) return;
        isKilled = true;
        process.kill(pidOf('peer-2'), 'SIGKILL');
      },
    });
    expect(isKilled).toBe(true);
    expect(result.verdict).toBe('fail');
    expect(result.reasons).toContain('peer-2 was ended by SIGKILL');
    expect(result.phases[1]).toMatchObject({ name: 'steady', complete: true });
  });

  test('that hangs does not keep the run from ending', async () => {
    let isStopped = false;
    const file = lab.write({
      timeout: '4s',
      phases: longPhases('3s'),
      expect: ['requests.success == 100%'],
    });
    const { result } = await runLab(processes, file, {
      onEvent: ({ kind }) => {
        if (kind !== 'due' || isStopped) return;
        isStopped = true;
        process.kill(pidOf('peer-2'), 'SIGSTOP');
      },
    });
    // On a machine without rest that is no verdict: the requests that were cut off may have lacked time.
    expect(['fail', 'harness-bound']).toContain(result.verdict);
    expect(result.requests.failed).toBeGreaterThan(0);
    expect(result.perPeer.map(({ sent }) => sent === null)).toEqual([false, true, false]);
  });

  test.skipIf(!hasPython)(
    'ends by itself when the lab is killed, and the next run removes what is left',
    async () => {
      const file = lab.write({
        peers: MIX,
        topology: { kind: 'full' },
        timeout: '2m',
        phases: longPhases('1m'),
      });
      const { child, ended } = startSim(['run', file, '--runner', 'process']);
      await waitFor(() => new Set(peersOf(child.pid!).values()).size === 4, 30_000);
      child.kill('SIGKILL');
      await ended;
      await waitFor(() => peersOf(child.pid!).size === 0, 3_000);
      await runLab(loopback, lab.write());
      expect(foldersOf(child.pid!)).toEqual([]);
    },
  );

  function pidOf(name: string): number {
    return [...peersOf(process.pid)].find(([, one]) => one === name)![0];
  }
});

test('folders of labs that are still there, and of others, are left alone', async () => {
  const mine = join(tmpdir(), `imagemesh-${process.ppid}-abcdef`);
  const others = join(tmpdir(), `imagemesh-notes-${process.pid}`);
  mkdirSync(mine);
  mkdirSync(others);
  try {
    await runLab(loopback, lab.write());
    expect(readdirSync(tmpdir())).toEqual(
      expect.arrayContaining([
        `imagemesh-${process.ppid}-abcdef`,
        `imagemesh-notes-${process.pid}`,
      ]),
    );
  } finally {
    rmdirSync(mine);
    rmdirSync(others);
  }
});

function longPhases(lasting = '30s'): unknown[] {
  return [
    { name: 'discover', until: 'discovered', within: '20s' },
    { name: 'steady', for: lasting, requests: { rate: '20/s' } },
  ];
}

function isListening(address: string): Promise<boolean> {
  const [host, port] = address.split(':') as [string, string];
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
