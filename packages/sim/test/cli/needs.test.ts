import { expect, test } from 'vitest';
import { needsOf, virtualEvents } from '../../src/cli/needs.ts';
import { RUNNER_NAMES } from '../../src/cli/runners.ts';
import { planOverview } from '../../src/plan/overview.ts';
import { makePlan, type Plan, type PlannedPeer } from '../../src/plan/plan.ts';
import type { RunnerNeeds } from '../../src/report/plan-needs.ts';
import type { PeerGroup } from '../../src/scenario/scenario.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { VirtualRun } from '../../src/virtual/virtual-run.ts';
import { LabFolder } from '../lab.ts';
import { phaseOf, planOf, requestsOf, scenarioOf } from '../plans.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const lab = new LabFolder(temporaryFolder());

const OURS: PeerGroup = { name: 'ours', count: 4, run: null, behavior: null, known: null };
const PLAIN: PeerGroup = { ...OURS, name: 'plain', count: 2, run: 'plain {port}' };
const LIARS: PeerGroup = { ...OURS, name: 'liar', count: 3, behavior: 'wrong-bytes' };

/** Of the hosts of a swarm nothing is known beforehand. */
const ON_THIS_MACHINE = RUNNER_NAMES.filter((name) => name !== 'swarm');

test('each runner has its needs, and says what it cannot do', () => {
  const needs = allNeeds([OURS, PLAIN]);
  expect(needs.map(({ runner }) => runner)).toEqual(RUNNER_NAMES);
  expect(needsFor('loopback', [OURS]).refusals).toEqual([]);
  expect(needsFor('virtual', [OURS, PLAIN]).refusals).toEqual([
    expect.stringMatching(/virtual runner cannot start other programs/),
  ]);
});

test.each<[string, PeerGroup[], number, number]>([
  ['loopback', [OURS], 1, 4],
  ['loopback', [OURS, PLAIN, LIARS], 3, 9],
  ['process', [OURS], 5, 4],
  ['process', [OURS, PLAIN, LIARS], 7, 9],
  ['docker', [OURS, PLAIN, LIARS], 7, 9],
  ['virtual', [OURS, LIARS], 1, 0],
])('%s with %j has %i processes and %i ports', (runner, groups, processes, ports) => {
  expect(needsFor(runner, groups)).toMatchObject({ processes, ports });
});

test('real runners make two folders for each peer, and hold what is owned and what can be saved', () => {
  const { folders, diskBytes } = needsFor('loopback', [OURS]);
  expect(folders).toBe(2 + 2 * 4);
  // Two images of 1,000 bytes; 30 requests are 30,000 bytes, but no more than all images on all peers.
  expect(diskBytes).toEqual({ least: 2_000, most: 2_000 + 4 * 2_000 });
  expect(needsFor('virtual', [OURS])).toMatchObject({ folders: 0, diskBytes: { most: 0 } });
});

test('more peers need more of everything', () => {
  for (const runner of ON_THIS_MACHINE) {
    const [few, many] = [10, 1_000].map((count) => needsFor(runner, [{ ...OURS, count }]));
    expect(many!.memoryBytes).toBeGreaterThan(few!.memoryBytes);
    expect(many!.openFiles).toBeGreaterThanOrEqual(few!.openFiles);
    expect(many!.wallUs.least).toBeGreaterThan(few!.wallUs.least);
  }
});

test('a run takes as long as its phases on the real clock, and not on the simulated one', () => {
  const [real, simulated] = ['loopback', 'virtual'].map((runner) => needsFor(runner, [OURS]));
  expect(real!.runUs).toEqual(simulated!.runUs);
  expect(real!.wallUs.least).toBeGreaterThan(real!.runUs.least);
  expect(simulated!.wallUs.most).toBeLessThan(simulated!.runUs.least);
});

test.each<[string, Record<string, unknown>]>([
  ['ten peers that ask much', { peers: { count: 10 }, phases: phasesFor('500/s') }],
  ['ten peers for a minute', { peers: { count: 10 }, phases: phasesFor('1/s', '59s') }],
  [
    'peers that find one another',
    {
      peers: { count: 300, known: 32 },
      topology: { kind: 'random', degree: 8 },
      phases: [{ name: 'discover', until: { known: 30 } }],
    },
  ],
])('events of the virtual world are known to a factor of two: %s', (_, sections) => {
  const scenario = loadScenario(lab.write(sections));
  const run = new VirtualRun(makePlan(scenario, 1), { write: () => {} });
  run.start();
  while (!run.isOver) run.advance(Infinity);
  const plan = makePlan(scenario, 1);
  const asked = planOverview(plan).phases.flatMap(({ requests }) => requests);
  const requests = asked.reduce((sum, range) => sum + (range?.most ?? 0), 0);
  const ratio = virtualEvents(plan, run.world.nowUs, requests) / run.world.events;
  expect(ratio).toBeGreaterThan(0.5);
  expect(ratio).toBeLessThan(2);
});

function phasesFor(rate: string, lasts = '2s'): object[] {
  return [{ name: 'steady', for: lasts, requests: { rate } }];
}

test('users are counted although nobody knows when their answers come', () => {
  const load = { kind: 'users', users: 100, think: { kind: 'constant', value: 0 } } as const;
  const phases = [phaseOf({ forUs: 60_000_000, requests: [requestsOf({ load })] })];
  const plan = planOf({ scenario: { phases } });
  const virtual = needsOf(plan, planOverview(plan)).at(-1)!;
  expect(virtual.wallUs.least).toBeGreaterThan(2_000_000);
  expect(Number.isFinite(virtual.wallUs.most)).toBe(true);
});

test('what the machine has too little of is said', () => {
  const scenario = scenarioOf({ groups: [{ ...OURS, count: 100_000_000 }] });
  const plan = { ...planOf({}), scenario };
  for (const { runner, shortage } of needsOf(plan, planOverview(plan))) {
    if (!ON_THIS_MACHINE.includes(runner)) continue;
    expect(shortage).toMatch(/needs about .* of memory/);
    expect(shortage).toContain(runner);
  }
  for (const { shortage } of allNeeds([OURS])) expect(shortage).toBeNull();
});

function needsFor(runner: string, groups: readonly PeerGroup[]): RunnerNeeds {
  return allNeeds(groups).find((one) => one.runner === runner)!;
}

function allNeeds(groups: readonly PeerGroup[]): RunnerNeeds[] {
  const plan = planFor(groups);
  return needsOf(plan, planOverview(plan));
}

/** Ten requests a second for three seconds; two images. */
function planFor(groups: readonly PeerGroup[]): Plan {
  const phases = [
    phaseOf({ name: 'discover', until: { known: 'all' }, withinUs: 2_000_000 }),
    phaseOf({ forUs: 3_000_000, requests: [requestsOf()] }),
  ];
  const peers = groups.flatMap(({ name, count, run, behavior }, group) =>
    Array.from({ length: count }, (_, i): Partial<PlannedPeer> => ({
      name: `${name}-${i + 1}`,
      group,
      run,
      behavior,
      starts: [],
    })),
  );
  return planOf({ scenario: { groups, phases }, peers, images: [{}, {}] });
}
