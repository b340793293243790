import { noMessages } from '@imagemesh/peer';
import { describe, expect, test } from 'vitest';
import type { Judgement, RequestClass } from '../../src/check/ground-truth.ts';
import type { JournalEvent, RequestDone } from '../../src/journal/event.ts';
import { Figures } from '../../src/stats/figures.ts';
import { expectationsOf, phaseOf, planOf } from '../plans.ts';

const phases = [phaseOf(), phaseOf({ name: 'later' })];
const plan = planOf({ scenario: { phases } });
const GROUP = { name: 'peer', count: 1, run: null, behavior: null, known: null };

describe('requests', () => {
  test('are counted by phase, by peer and by class', () => {
    const figures = new Figures(plan);
    figures.judged(judgement('correct'));
    figures.judged(judgement('wrong', { phase: 1 }));
    figures.judged(judgement('excused', { peer: 2 }));
    figures.judged(judgement('failed', { peer: 2, phase: 1 }));
    expect(figures.phases.map(({ tally }) => tally)).toEqual([
      { due: 2, correct: 1, wrong: 0, excused: 1, failed: 0 },
      { due: 2, correct: 0, wrong: 1, excused: 0, failed: 1 },
    ]);
    expect(figures.perPeer.map(({ due }) => due)).toEqual([2, 0, 2]);
  });

  test('that failed because the run ended are counted apart, by phase', () => {
    const figures = new Figures(plan);
    const open = { done: null } as const;
    figures.judged({ ...judgement('failed'), ...open });
    figures.judged({ ...judgement('failed', { phase: 1 }), ...open });
    figures.judged({ ...judgement('failed', { phase: 1 }), ...open });
    figures.judged({ ...judgement('excused', { phase: 1 }), ...open });
    figures.judged(judgement('failed'));
    figures.judged(judgement('failed', { outcome: 'cancelled' }));
    expect(figures.phases.map(({ unfinished }) => unfinished)).toEqual([1, 2]);
    expect(figures.phases.map(({ tally }) => tally.failed)).toEqual([3, 2]);
  });

  test('are counted by the group of who asked, in what it asked in', () => {
    const groups = [
      { name: 'early', count: 1, run: null, behavior: null, known: null },
      { name: 'late', count: 1, run: null, behavior: null, known: null },
    ];
    const two = planOf({ scenario: { groups, phases }, peers: [{ group: 0 }, { group: 1 }] });
    const figures = new Figures(two);
    figures.judged(judgement('correct', { peer: 0, sizeBytes: 500 }));
    figures.judged(judgement('wrong', { peer: 1, outcome: 'failed' }));
    figures.judged(judgement('correct', { peer: 1, phase: 1 }));
    const [first, second] = figures.phases;
    expect(first!.groups.map((group) => group?.tally)).toMatchObject([
      { due: 1, correct: 1 },
      { due: 1, wrong: 1 },
    ]);
    expect(first!.groups.map((group) => [group?.answered, group?.bytes])).toEqual([
      [1, 500],
      [0, 0],
    ]);
    expect(first!.groups[0]!.latencies.summary()!.max).toBeCloseTo(2, 2);
    expect(first!.groups[1]!.latencies.summary()).toBeNull();
    expect(second!.groups.map((group) => group?.tally.due)).toEqual([undefined, 1]);
  });

  test('are counted by phase and peer where an expectation looks at single peers', () => {
    const expectedOf = (line: string): (number[] | null)[] => {
      const measured = phases.map((phase, i) => ({ ...phase, measured: i > 0 }));
      const lines = expectationsOf([line], ['steady', 'later']);
      const figures = new Figures(planOf({ scenario: { phases: measured, expect: lines } }));
      figures.judged(judgement('correct', { peer: 2 }));
      figures.judged(judgement('failed', { peer: 1, phase: 1 }));
      return figures.phases.map(({ peers }) => peers && peers.map(({ due }) => due));
    };
    expect(expectedOf('requests.due > 0')).toEqual([null, null]);
    expect(expectedOf('all-peers.requests.due > 0')).toEqual([null, [0, 1, 0]]);
    expect(expectedOf('steady.peer-1.requests.due > 0')).toEqual([[0, 0, 1], null]);
    expect(expectedOf('requests.due > later.peer-1.requests.due')).toEqual([null, [0, 1, 0]]);
    expect(expectedOf('any-phase.all-peers.requests.due > 0')).toEqual([
      [0, 0, 1],
      [0, 1, 0],
    ]);
  });

  test('count as answered, with latency from the moment they were due, when a truth arrived', () => {
    const figures = new Figures(plan);
    figures.judged(judgement('correct', { outcome: 'found', sizeBytes: 500 }));
    figures.judged(judgement('correct', { outcome: 'not-found' }));
    figures.judged(judgement('failed', { outcome: 'failed' }));
    figures.judged({ ...judgement('failed'), done: null });
    const { answered, bytes, latencies } = figures.phases[0]!;
    expect([answered, bytes]).toEqual([2, 500]);
    expect(latencies.summary()!.max).toBeCloseTo(2, 2);
  });

  test('that are bad are kept, the first twenty', () => {
    const figures = new Figures(plan);
    figures.judged(judgement('correct'));
    figures.judged(judgement('excused'));
    for (let request = 0; request < 30; request++) figures.judged(judgement('failed', { request }));
    expect(figures.bad.map(({ due }) => due.request)).toEqual(
      Array.from({ length: 20 }, (_, i) => i),
    );
  });
});

describe('what it took to answer', () => {
  const owned = planOf({ scenario: { phases }, images: [{ owners: [1] }, { owners: [0] }] });
  const found = { outcome: 'found', image: 0, sizeBytes: 500, from: 1 } as const;

  test('is whom peers asked, and in vain', () => {
    const figures = new Figures(owned);
    const attempts = (['not-found', 'refused', 'truncated', 'found'] as const).map((outcome) => ({
      peer: 1,
      outcome,
    }));
    figures.judged(judgement('correct', { ...found, attempts }));
    figures.judged(judgement('failed', { outcome: 'failed', attempts: attempts.slice(1, 3) }));
    figures.judged(judgement('excused', { phase: 1, outcome: 'failed', attempts }));
    figures.judged({ ...judgement('failed', { phase: 1 }), done: null });
    expect(figures.phases.map(({ effort }) => effort)).toEqual([
      { attempts: 6, failedAttempts: 4, duplicateImages: 0, duplicateBytes: 0 },
      { attempts: 4, failedAttempts: 2, duplicateImages: 0, duplicateBytes: 0 },
    ]);
  });

  test('is the right images that came where they were already', () => {
    const figures = new Figures(owned);
    figures.judged(judgement('correct', found));
    figures.judged(judgement('correct', { ...found, phase: 1 }));
    figures.judged(judgement('correct', { ...found, peer: 2 }));
    figures.judged(judgement('correct', { ...found, image: 1, sizeBytes: 30 }));
    expect(figures.phases.map(({ effort }) => effort)).toMatchObject([
      { duplicateImages: 1, duplicateBytes: 30 },
      { duplicateImages: 1, duplicateBytes: 500 },
    ]);
  });

  test('is no duplicate when bytes were wrong before, or nothing was to be had', () => {
    const figures = new Figures(owned);
    figures.judged(judgement('wrong', found));
    figures.judged(judgement('correct', found));
    for (let i = 0; i < 2; i++) figures.judged(judgement('correct', { outcome: 'not-found' }));
    expect(figures.phases[0]!.effort.duplicateImages).toBe(0);
  });

  test('is no duplicate where a peer has come back with nothing', () => {
    const figures = new Figures(owned);
    const up = { kind: 'peer-up', atUs: 0, peer: 0, address: '' } as const;
    figures.judged(judgement('correct', found));
    figures.write({ ...up, hasFiles: true });
    figures.judged(judgement('correct', found));
    figures.write({ ...up, hasFiles: false });
    figures.judged(judgement('correct', found));
    figures.judged(judgement('correct', { ...found, image: 1 }));
    expect(figures.phases[0]!.effort.duplicateImages).toBe(1);
  });

  test('is told of each group', () => {
    const groups = ['early', 'late'].map((name) => ({ ...GROUP, name }));
    const peers = [{ group: 0 }, { group: 1 }];
    const figures = new Figures(planOf({ scenario: { groups, phases }, peers }));
    const attempts = [{ peer: 0, outcome: 'refused' }] as const;
    figures.judged(judgement('failed', { peer: 1, outcome: 'failed', attempts }));
    expect(figures.phases[0]!.groups.map((group) => group?.effort.failedAttempts)).toEqual([
      undefined,
      1,
    ]);
  });

  test('is the bytes that each peer sent and received, right or wrong', () => {
    const figures = new Figures(owned);
    figures.judged(judgement('correct', found));
    figures.judged(judgement('wrong', { ...found, peer: 2, from: -1, sizeBytes: 7 }));
    figures.judged(judgement('correct', { ...found, phase: 1, from: 2 }));
    figures.judged(judgement('failed', { outcome: 'failed', sizeBytes: 99, from: 1 }));
    expect([[...figures.bytesReceived], [...figures.bytesSent]]).toEqual([
      [1_000, 0, 7],
      [0, 500, 500],
    ]);
  });
});

test('what came of the requests over time is kept, measured or not', () => {
  const measured = phases.map((phase) => ({ ...phase, measured: false }));
  const figures = new Figures(planOf({ scenario: { phases: measured } }));
  const one = judgement('correct', { sizeBytes: 500 });
  figures.write(one.due);
  figures.write(one.done!);
  figures.judged(one);
  expect(figures.series.result(figures.endUs).buckets).toMatchObject([
    { due: 1, correct: 1, bytes: 500 },
  ]);
});

test('the most requests that were under way at once are counted', () => {
  const figures = new Figures(plan);
  const { due, done } = judgement('correct');
  for (const event of [due, due, done!, due, due, done!, done!]) figures.write(event);
  expect(figures.peakOpenRequests).toBe(3);
});

test('rates are of the right answers that came before the end of the phase', () => {
  const figures = new Figures(plan);
  figures.write({ kind: 'phase-end', atUs: 3_000, phase: 0, isComplete: true });
  figures.judged(judgement('correct', { sizeBytes: 500 }));
  figures.write({ kind: 'phase-end', atUs: 2_999, phase: 1, isComplete: true });
  figures.judged(judgement('correct', { sizeBytes: 500, phase: 1 }));
  const counted = figures.phases.map(({ answered, bytes }) => [answered, bytes]);
  expect(counted).toEqual([
    [1, 500],
    [0, 0],
  ]);
  expect(figures.phases[1]!.latencies.summary()).not.toBeNull();
});

describe('after a fault', () => {
  /** Two peers that know one another, then two faults, from 10 to 20 and from 15 to 30. */
  function healed(lostUs: number, againUs: number): (number | null)[] {
    const figures = new Figures(planOf({ peers: [{}, {}] }));
    figures.write({ kind: 'reached', atUs: 1, peer: 0, other: 1 });
    const events: JournalEvent[] = [
      { kind: 'reached', atUs: 2, peer: 1, other: 0 },
      { kind: 'fault-begins', atUs: 10, fault: 0 },
      { kind: 'fault-begins', atUs: 15, fault: 1 },
      { kind: 'fault-ends', atUs: 20, fault: 0 },
      { kind: 'fault-ends', atUs: 30, fault: 1 },
      { kind: 'lost', atUs: lostUs, peer: 0, other: 1 },
      { kind: 'reached', atUs: againUs, peer: 0, other: 1 },
    ];
    for (const event of events.sort((a, b) => a.atUs - b.atUs)) figures.write(event);
    return [figures.healedUs, figures.rediscoveredUs];
  }

  test('discovery is over when all know all again, counted from the end of the last one', () => {
    expect(healed(12, 45)).toEqual([30, 45]);
    expect(healed(25, 45)).toEqual([30, 45]);
  });

  test('it is so at once when all were found before', () => {
    expect(healed(12, 25)).toEqual([30, 30]);
  });
});

describe('discovery', () => {
  test('has the times at which shares of what can be known were reached', () => {
    const limited = planOf({ peers: [{ known: 1 }, { known: 1 }, { known: 2 }] });
    const figures = new Figures(limited);
    const reached = (peer: number, other: number, atUs: number): void =>
      figures.write({ kind: 'reached', atUs, peer, other });
    expect([figures.pairs, figures.knowablePairs]).toEqual([6, 4]);
    reached(0, 1, 1_000_000);
    reached(1, 0, 2_000_000);
    figures.write({ kind: 'lost', atUs: 2_500_000, peer: 1, other: 0 });
    reached(1, 0, 3_000_000);
    reached(2, 0, 4_000_000);
    expect(figures.knowledgeTimes.seconds).toEqual({ 50: 2, 90: null, 99: null, 100: null });
    reached(2, 1, 5_000_000);
    expect(figures.knowledgeTimes.seconds).toEqual({ 50: 2, 90: 5, 99: 5, 100: 5 });
    // Two of them will never know all others.
    expect(figures.discoveredUs).toBeNull();
  });

  test('is complete with the last pair, and stays so when one is lost', () => {
    const figures = new Figures(plan);
    let atUs = 0;
    for (const peer of [0, 1, 2]) {
      for (const other of [0, 1, 2]) {
        if (peer !== other) figures.write({ kind: 'reached', atUs: ++atUs, peer, other });
      }
    }
    expect([figures.pairs, figures.reachedPairs, figures.discoveredUs]).toEqual([6, 6, 6]);
    figures.write({ kind: 'lost', atUs: 50, peer: 0, other: 1 });
    figures.write({ kind: 'reached', atUs: 60, peer: 0, other: 1 });
    expect([figures.reachedPairs, figures.discoveredUs, figures.endUs]).toEqual([6, 6, 60]);
  });

  test('does not wait for what other programs know', () => {
    const figures = new Figures(planOf({ peers: [{}, {}, { run: 'plain {port}' }] }));
    expect(figures.pairs).toBe(4);
  });
});

test('peers are told apart: addresses, counts of messages and unplanned ends', () => {
  const figures = new Figures(plan);
  const counts = noMessages();
  figures.write({ kind: 'peer-up', atUs: 0, peer: 1, address: '127.0.0.1:5', hasFiles: true });
  figures.write({ kind: 'counts', atUs: 9, peer: 2, counts });
  figures.write({ kind: 'peer-down', atUs: 1, peer: 0, isPlanned: true, how: 'was told to' });
  figures.write({ kind: 'peer-down', atUs: 2, peer: 2, isPlanned: false, how: 'fell over' });
  expect(figures.addresses).toEqual(['', '127.0.0.1:5', '']);
  expect(figures.counts).toEqual([null, null, counts]);
  expect(figures.crashes).toEqual(['peer-3 fell over']);
  // Counts are asked for after the end.
  expect(figures.endUs).toBe(2);
});

test('peers are up from when they listen until they end', () => {
  const figures = new Figures(plan);
  const isUp = (): boolean[] => [0, 1, 2].map((peer) => figures.isUp(peer));
  const up = { kind: 'peer-up', address: '', hasFiles: true } as const;
  figures.write({ ...up, atUs: 0, peer: 0 });
  figures.write({ ...up, atUs: 0, peer: 1 });
  figures.write({ kind: 'peer-down', atUs: 1, peer: 0, isPlanned: true, how: '' });
  figures.write({ kind: 'peer-down', atUs: 1, peer: 1, isPlanned: false, how: '' });
  expect(isUp()).toEqual([false, false, false]);
  figures.write({ ...up, atUs: 2, peer: 1 });
  expect(isUp()).toEqual([false, true, false]);
});

test('the lab’s own memory and lateness are kept at their worst', () => {
  const figures = new Figures(plan);
  figures.write({ kind: 'harness', atUs: 1, lagUs: 500, rssBytes: 10 });
  figures.write({ kind: 'harness', atUs: 2, lagUs: 20, rssBytes: 30 });
  figures.write({ kind: 'harness', atUs: 3, lagUs: 30, rssBytes: 20 });
  expect([figures.peakLagUs, figures.peakRssBytes]).toEqual([500, 30]);
  expect(figures.lags.summary()).toMatchObject({ p50: 0.03, p99: 0.5, max: 0.5 });
});

function judgement(
  verdict: RequestClass,
  part: Partial<RequestDone> & { peer?: number; phase?: number; image?: number } = {},
): Judgement {
  const { peer = 0, phase = 0, image = -1, request = 0, outcome = 'found', sizeBytes = 0 } = part;
  const { from = -1, attempts = [] } = part;
  return {
    due: { kind: 'due', atUs: 1_000, request, phase, peer, image },
    done: {
      kind: 'done',
      atUs: 3_000,
      request,
      outcome,
      from,
      sizeBytes,
      sha256: '',
      attempts,
    },
    class: verdict,
    why: '',
  };
}
