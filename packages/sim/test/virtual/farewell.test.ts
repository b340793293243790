import { noMessages, Session } from '@imagemesh/peer';
import { expect, test } from 'vitest';
import type { JournalEvent } from '../../src/journal/event.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { MOST_PEERS, sayFarewell } from '../../src/virtual/farewell.ts';
import { VirtualRun } from '../../src/virtual/virtual-run.ts';
import { planOf } from '../plans.ts';

class Silent extends Session {
  override onDeadline(): void {}
  override onClose(): void {}
}

interface Scene {
  readonly run: VirtualRun;
  readonly journal: JournalEvent[];
}

/** A run that is over, with what it has written so far. */
function overRun(plan: Plan = planOf({})): Scene {
  const journal: JournalEvent[] = [];
  const run = new VirtualRun(plan, { write: (event) => journal.push(event) });
  run.start();
  while (!run.isOver) run.advance(Infinity);
  run.finish();
  return { run, journal };
}

/** Lets a peer call somebody who never says a word, and wait without a deadline. */
function callInVain({ world }: VirtualRun, peer: number): void {
  const mute = world.addHost([]);
  mute.handler = { onAccept: () => new Silent(), onAlarm: () => {} };
  world.calls.dial(world.hosts[peer]!, mute.address, new Silent());
}

/** What closing a run has written. */
function closed({ run, journal }: Scene): JournalEvent[] {
  const before = journal.length;
  run.close();
  return journal.slice(before);
}

test('peers that end in order leave nothing', () => {
  expect(closed(overRun())).toEqual([
    { kind: 'all-ended', atUs: expect.any(Number) as number, problem: null },
  ]);
});

test('a connection that nothing will ever end is left behind by its owner', () => {
  const scene = overRun();
  callInVain(scene.run, 1);
  callInVain(scene.run, 1);
  expect(closed(scene)).toMatchObject([
    { kind: 'left-behind', peer: 1, what: '2 connections open' },
    { kind: 'all-ended', problem: null },
  ]);
});

test('a caller that says nothing is let go of in time', () => {
  const scene = overRun();
  const { world } = scene.run;
  world.calls.dial(world.addHost([]), world.hosts[2]!.address, new Silent());
  const untilUs = world.nowUs + 1_000;
  while (world.nowUs < untilUs && world.step());
  expect(world.hosts[2]!.openConnections).toBe(1);
  expect(closed(scene)).toMatchObject([{ kind: 'all-ended', problem: null }]);
  expect(world.hosts[2]!.openConnections).toBe(0);
});

test('a peer that stands still goes on, to end', () => {
  const action = { kind: 'pause', targets: [] } as const;
  const fault = { phase: null, offsetUs: 500_000, forUs: null, action, text: '', line: 1 };
  const plan = planOf({ faults: [{ fault, peers: [0], parts: [], from: [], to: [] }] });
  const scene = overRun(plan);
  expect(scene.run.world.hosts[0]!.isPaused).toBe(true);
  expect(closed(scene)).toMatchObject([{ kind: 'all-ended', problem: null }]);
});

test('a fault that was still to come does not come', () => {
  const action = { kind: 'kill', targets: [], restartUs: null, keepsFiles: true } as const;
  const fault = { phase: null, offsetUs: 1_500_000, forUs: null, action, text: '', line: 1 };
  const plan = planOf({ faults: [{ fault, peers: [0], parts: [], from: [], to: [] }] });
  const scene = overRun(plan);
  callInVain(scene.run, 1);
  expect(closed(scene).map(({ kind }) => kind)).toEqual(['left-behind', 'all-ended']);
});

test('what peers do while they end is not counted', () => {
  const scene = overRun();
  const countsOf = (): unknown[] => scene.journal.filter(({ kind }) => kind === 'counts');
  const before = structuredClone(countsOf());
  expect(before).not.toContainEqual(expect.objectContaining({ counts: noMessages() }));
  closed(scene);
  expect(countsOf()).toEqual(before);
});

test('an end that does not come is not waited for', () => {
  const { run } = overRun();
  const { problem, left } = sayFarewell(run.world, [], () => run.world.step(), 0);
  expect({ problem, left }).toEqual({
    problem: 'the peers were not at their end after 0 million events',
    left: [],
  });
});

test('too many peers are not looked at, and the journal says so', () => {
  const plan = planOf({ peers: [{}] });
  const peers = Array.from({ length: MOST_PEERS + 1 }, () => plan.peers[0]!);
  const journal: JournalEvent[] = [];
  new VirtualRun({ ...plan, peers }, { write: (event) => journal.push(event) }).close();
  expect(journal).toMatchObject([
    { kind: 'all-ended', problem: 'there are more than 10,000 peers' },
  ]);
});

test('those that misbehave go easy while somebody is waited for', () => {
  const peers = [{}, { behavior: 'flood-hello' }, { behavior: 'silent' }].map((one, number) => ({
    ...one,
    starts: [0, 1, 2].filter((other) => other !== number),
  }));
  const scene = overRun(planOf({ peers }));
  callInVain(scene.run, 0);
  const { world } = scene.run;
  const [beforeUs, before] = [world.nowUs, world.events];
  expect(closed(scene).map(({ kind }) => kind)).toEqual(['left-behind', 'all-ended']);
  expect(world.nowUs - beforeUs).toBeGreaterThan(60_000_000);
  // 500 greetings a second for 2 s, then one; otherwise there would be a hundred times as many events.
  expect(world.events - before).toBeLessThan(20_000);
});
