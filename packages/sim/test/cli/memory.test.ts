import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { deathOf, estimateBytes } from '../../src/cli/memory.ts';
import type { PeerGroup, Scenario } from '../../src/scenario/scenario.ts';
import { LabFolder, sim, startSim, waitFor } from '../lab.ts';
import { phaseOf, requestsOf, scenarioOf } from '../plans.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const lab = new LabFolder(temporaryFolder());
const MB = 1e6;

function peers(count: number, known: number | null = null): PeerGroup {
  return { name: 'peer', count, run: null, behavior: null, known };
}

function estimate(part: Partial<Scenario>, runsAtOnce = 1): number {
  return estimateBytes(scenarioOf(part), runsAtOnce);
}

describe('the estimate', () => {
  test('counts no more known peers than there are others', () => {
    const [all, more] = [9, 100_000].map((known) => estimate({ groups: [peers(10, known)] }));
    expect(more).toBe(all);
    const fewer = estimate({ groups: [peers(10, 8)] });
    expect(fewer).toBeLessThan(all!);
  });

  test('counts the others of all groups', () => {
    const one = estimate({ groups: [peers(200, 150)] });
    expect(estimate({ groups: [peers(100, 150), peers(100, 150)] })).toBe(one);
  });

  test('counts starting addresses that are more than a peer keeps', () => {
    const groups = [peers(3_000, 12)];
    const ring = estimate({ groups });
    // Nine million addresses.
    expect(estimate({ groups, topology: { kind: 'full' } }) - ring).toBeGreaterThan(2_000 * MB);
    const inGroups = {
      kind: 'groups',
      inside: [{ kind: 'full' }],
      join: [],
      connected: true,
    } as const;
    expect(estimate({ groups, topology: inGroups })).toBe(
      estimate({ groups, topology: { kind: 'full' } }),
    );
    const degree = { kind: 'random', degree: 8, connected: true } as const;
    expect(estimate({ groups, topology: degree })).toBe(ring);
    const join = [{ from: [0], to: [0], amount: { degree: 500 } }];
    const joined = { kind: 'groups', inside: [null], join, connected: true } as const;
    expect(estimate({ groups, topology: joined }) - ring).toBeGreaterThan(300 * MB);
  });

  test('counts the users of the phase that has most of them', () => {
    const users = (count: number): Scenario['phases'][number] => {
      const load = { kind: 'users', users: count, think: { kind: 'constant', value: 0 } } as const;
      return phaseOf({ requests: [requestsOf({ load }), requestsOf()] });
    };
    const none = estimate({ phases: [phaseOf()] });
    const most = estimate({ phases: [users(1_000), users(1_000_000), phaseOf()] });
    expect(most - none).toBeGreaterThan(1_000 * MB);
    expect(estimate({ phases: [users(1_000_000)] })).toBe(most);
  });

  test('counts every run that goes on at once', () => {
    const groups = [peers(100_000)];
    const one = estimate({ groups }) - 200 * MB;
    const four = estimate({ groups }, 4) - 200 * MB;
    expect(four).toBeGreaterThan(4 * one);
    expect(four).toBeLessThan(4 * one + 4 * 100 * MB);
  });
});

describe('a run that a signal has ended', () => {
  test('is said to have filled its heap when Node has ended itself, with a larger one to try', () => {
    expect(deathOf('SIGABRT', 2 ** 30)).toBe(
      'the run has ended by SIGABRT, as when its heap of 1.1 GB is full; ' +
        'try NODE_OPTIONS=--max-old-space-size=2048, or take fewer peers, or a smaller peers.known.',
    );
  });

  test('gets no larger heap to try than there can be', () => {
    const text = deathOf('SIGABRT', 2 ** 60);
    expect(text).toMatch(/is full; take fewer peers, or a smaller peers\.known\.$/);
  });

  test('is said to have been killed, or nothing', () => {
    expect(deathOf('SIGKILL', 2 ** 30)).toMatch(/SIGKILL.*short of memory/);
    expect(deathOf('SIGTERM', 2 ** 30)).toBeNull();
  });
});

describe('with a heap that is too small, the run goes on in a process with a larger one', () => {
  const env = { NODE_OPTIONS: '--max-old-space-size=64' };
  const short = lab.write({ expect: ['requests.due >= 1000000'] }, 'short.yaml');
  const endless = lab.write(
    { phases: [{ name: 'steady', for: '200h', requests: { rate: '50/s' } }], timeout: '300h' },
    'endless.yaml',
  );

  test('whose output and exit code are its own', async () => {
    const { code, stdout, stderr } = await sim(['run', short, '--runner', 'virtual'], { env });
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout.match(/^FAIL tiny on virtual, seed 1/gm)).toHaveLength(1);
  });

  test.each([
    ['SIGABRT', 134, /^sim: the run has ended by SIGABRT, as when its heap of .* is full; try /],
    ['SIGKILL', 137, /^sim: the run was killed \(SIGKILL\)/],
    ['SIGSEGV', 139, /^$/],
  ] as const)('and %s of that one is exit code %i', async (signal, code, said) => {
    const { child, ended } = startSim(['run', endless, '--runner', 'virtual'], { env });
    const inner = await waitFor(() => childOf(child.pid!));
    expect(readFileSync(`/proc/${inner}/cmdline`, 'utf8')).toMatch(/--max-old-space-size=\d{3,}/);
    process.kill(inner, signal);
    const end = await ended;
    expect(end.code).toBe(code);
    expect(end.stderr).toMatch(said);
  });
});

/** The process that another one has started, with a command line of its own already. */
function childOf(parent: number): number | undefined {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      try {
        const [, ppid] =
          /^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return Number(ppid) === parent && /max-old-space-size=\d{3,}/.test(command);
      } catch {
        // It has ended meanwhile.
        return false;
      }
    });
}
