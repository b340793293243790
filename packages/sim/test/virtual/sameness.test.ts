import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makePlan, type Plan } from '../../src/plan/plan.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { compareRuns } from '../../src/virtual/compare-runs.ts';
import { VirtualRun } from '../../src/virtual/virtual-run.ts';

const SCENARIOS = join(import.meta.dirname, '../../../../scenarios');

function planOf(name: string, seed?: number): Plan {
  const scenario = loadScenario(join(SCENARIOS, `${name}.yaml`));
  return makePlan(scenario, seed ?? scenario.seed);
}

function runOf(plan: Plan): VirtualRun {
  return new VirtualRun(plan, { write: () => {} });
}

function start(plan: Plan): VirtualRun {
  const run = runOf(plan);
  run.start();
  return run;
}

function hashOf(plan: Plan): string {
  const run = start(plan);
  while (!run.isOver) run.advance(Infinity);
  return run.world.trace.digest();
}

// A change of these is a change of what peers do, or of what the seed draws: intended, or a bug.
// They hold on every machine and every version of Node from 24 on.
const GOLDEN = {
  'ring-5': '69832194b7422510',
  'missing-images': '25f2dbd3f7c6195c',
  'mesh-10': '42cc06d8929c1889',
};

describe('the trace hash', () => {
  test.each(Object.entries(GOLDEN))('of %s is %s', (name, golden) => {
    expect(hashOf(planOf(name))).toBe(golden);
  });

  test('is another for another seed', () => {
    expect(hashOf(planOf('ring-5', 1))).not.toBe(hashOf(planOf('ring-5', 2)));
  });

  test('is the same whatever ran before', () => {
    const plan = planOf('ring-5');
    const fresh = hashOf(plan);
    hashOf(planOf('missing-images'));
    expect(hashOf(plan)).toBe(fresh);
  });

  test('is the same however many run at once', () => {
    const runs = ['ring-5', 'missing-images', 'ring-5'].map((name) => start(planOf(name)));
    for (let turn = 1; runs.some((run) => !run.isOver); turn++) {
      for (const run of runs) run.advance(1 + (turn % 7));
    }
    const hashes = runs.map((run) => run.world.trace.digest());
    expect(hashes).toEqual([GOLDEN['ring-5'], GOLDEN['missing-images'], GOLDEN['ring-5']]);
  });
});

describe('the comparison of runs', () => {
  const breathe = (): Promise<void> => Promise.resolve();

  test('finds no difference in a plan', async () => {
    const { difference, traceHash } = await compareRuns(() => runOf(planOf('ring-5')), 3, breathe);
    expect(difference).toBeNull();
    expect(traceHash).toBe(GOLDEN['ring-5']);
  });

  test('names the first event that differs, with both versions of it', async () => {
    const plan = planOf('ring-5');
    let reads = 0;
    const moody: Plan = {
      ...plan,
      peers: plan.peers.map((peer, number) => ({
        ...peer,
        // The third peer starts from another one in the third run.
        get starts(): readonly number[] {
          return number === 2 && ++reads > 2 ? [0] : peer.starts;
        },
      })),
    };
    const { difference } = await compareRuns(() => runOf(moody), 5, breathe);
    expect(difference).not.toBeNull();
    expect(difference!.first).toMatch(/^at \d\.\d{6} s /);
    expect(difference!.run).toBe(3);
    expect(difference!.other).toMatch(/^at \d\.\d{6} s /);
    expect(difference!.first).not.toBe(difference!.other);
  });
});

test('the logic needs no clock, timer, promise or randomness of the machine', () => {
  const plan = planOf('ring-5');
  const expected = GOLDEN['ring-5'];
  // Images are read while this is allowed, by whatever means the tests before have put in its place.
  hashOf(plan);
  const run = runOf(plan);
  const names = ['Date', 'Promise', 'setTimeout', 'setInterval', 'setImmediate', 'performance'];
  const kept = [...names, 'queueMicrotask', 'fetch', 'crypto', 'Intl'].map(
    (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)!] as const,
  );
  const { random } = Math;
  try {
    for (const [name] of kept) {
      Object.defineProperty(globalThis, name, {
        configurable: true,
        get() {
          throw new Error(`${name} was used`);
        },
      });
    }
    Math.random = () => {
      throw new Error('Math.random was used');
    };
    run.start();
    while (!run.isOver) run.advance(Infinity);
  } finally {
    Math.random = random;
    for (const [name, descriptor] of kept) Object.defineProperty(globalThis, name, descriptor);
  }
  expect(run.world.trace.digest()).toBe(expected);
});
