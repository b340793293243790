import { describe, expect, test } from 'vitest';
import { checkExpectations } from '../../src/check/expectations.ts';
import { success, type Measured, type PeerCounts } from '../../src/check/figure-values.ts';
import type { ExpectationResult, GroupResult } from '../../src/result/result.ts';
import { FIGURES, type FigureUnit } from '../../src/scenario/figures.ts';
import { expectationsOf, phaseOf, scenarioOf } from '../plans.ts';
import { counts, FAILING, PASSING } from '../report/results.ts';

/** A value that is written in the figure's unit. */
const VALUES: Readonly<Record<FigureUnit, string>> = {
  time: '1ms',
  bytes: '1KB',
  bytesPerSecond: '1KB/s',
  rate: '1/s',
  share: '1%',
  count: '1',
  flag: 'true',
};

describe('every figure of the registry', () => {
  const OWNERS = { all: '', group: 'peer.', peer: 'all-peers.' };
  const names = FIGURES.flatMap(({ name, scope, of, unit }) =>
    of.flatMap((owner) => [
      ...(scope === 'phase' ? [] : [[`${OWNERS[owner]}${name}`, unit] as const]),
      ...(scope === 'run' ? [] : [[`steady.${OWNERS[owner]}${name}`, unit] as const]),
    ]),
  );

  test.each(names)('%s is measured in a run that has it', (name, unit) => {
    const discovery = { ...PASSING.discovery, healedSeconds: 1 };
    const [result] = held([`${name} == ${VALUES[unit]}`], { ...PASSING, discovery });
    expect(result!.measured).not.toBeNull();
    expect(Number.isFinite(result!.measured)).toBe(true);
    expect(result!.shown).not.toMatch(/not measured|undefined|NaN/);
  });

  test.each(names)('%s never holds where it was not measured', (name, unit) => {
    const nothing: Measured = {
      ...PASSING,
      requests: counts(0),
      latencyMs: null,
      groups: [],
      discovery: { ...PASSING.discovery, complete: false, seconds: null },
      phases: [],
      perPeer: [],
    };
    for (const comparison of unit === 'flag' ? ['==', '!='] : ['<', '<=', '==', '!=', '>=', '>']) {
      const [result] = held([`${name} ${comparison} ${VALUES[unit]}`], nothing);
      if (result!.measured !== null) continue;
      expect(result).toMatchObject({ holds: false, shown: 'not measured' });
    }
  });
});

describe('a figure', () => {
  test.each([
    ['requests.due', 1_040],
    ['requests.correct', 1_040],
    ['requests.success', 1],
    ['requests.rate', 208],
    ['latency.p50', 2_400],
    ['latency.p99', 18_000],
    ['latency.p999', 50_400],
    ['latency.max', 53_400],
    ['throughput', 13_728_000],
    ['discovery.complete', 1],
    ['discovery.time', 312_000],
    ['discovery.messages', 184],
    ['discovery.reached', 1],
    ['messages.sent', 10 * 128],
    ['messages.received', 10 * 124],
    ['peer.messages.sent', 10 * 128],
    ['peer-3.messages.sent', 128],
    ['peer-3.known', 9],
    ['peer.requests.due', 1_040],
    ['peer-3.requests.due', 104],
    ['warm-up.peer.requests.rate', 52],
    ['warm-up.peer-2.requests.due', 5],
    ['memory.peakRss', 212_400_000],
    ['attempts', 1_300],
    ['attempts.failed', 10],
    ['peer.attempts', 1_300],
    ['warm-up.attempts', 65],
    ['warm-up.peer.attempts.failed', 0],
    ['duplicate.images', 104],
    ['duplicate.bytes', 6_864_000],
    ['warm-up.peer.duplicate.bytes', 330_000],
    ['discovery.time50', 80_000],
    ['discovery.time90', 200_000],
    ['discovery.time99', 312_000],
    ['discovery.time100', 312_000],
    ['discovery.components', 1],
    ['discovery.largest', 10],
    ['discovery.stale', 0],
    ['messages.sent.hello', 10 * 12],
    ['peer.messages.received.peers', 10 * 12],
    ['peer-3.messages.sent.hello', 12],
    ['peer-3.messages.sent.err', 0],
    ['bytes.sent', 10 * 104 * 66_000],
    ['peer.bytes.received', 10 * 104 * 66_000],
    ['peer-3.bytes.received', 104 * 66_000],
    ['harness.lag.p50', 400],
    ['harness.lag.p99', 2_100],
    ['harness.lag.max', 3_200],
    ['harness.openRequests', 12],
    ['discover.time', 312_000],
    ['warm-up.requests.due', 52],
    ['warm-up.requests.rate', 52],
  ])('%s is in its base unit', (name, value) => {
    const { unit } = FIGURES.find((one) => name === one.name || name.endsWith(`.${one.name}`))!;
    const [result] = held([`${name} == ${VALUES[unit]}`], PASSING);
    expect(result!.measured).toBeCloseTo(value, 6);
  });

  test('time is not measured for a phase that did not come to its end', () => {
    const phases = PASSING.phases.map((phase) => ({ ...phase, complete: false }));
    const [result] = held(['discover.time <= 5s'], { ...PASSING, phases });
    expect(result).toMatchObject({ holds: false, measured: null });
  });
});

test('a share of what can be known that was never reached has no time, however long one waits', () => {
  const { discovery } = FAILING;
  const results = held(['discovery.time90 <= 1s', 'discovery.time99 <= 1h'], {
    ...PASSING,
    discovery,
  });
  expect(results).toMatchObject([
    { holds: true, measured: 200_000 },
    { holds: false, measured: null, shown: 'not measured' },
  ]);
});

test('a lab that took no sample of itself has no lag', () => {
  const harness = { lagMs: null, peakOpenRequests: 0, bounds: [] };
  expect(held(['harness.lag.max <= 1s'], { ...PASSING, harness })).toMatchObject([
    { holds: false, shown: 'not measured' },
  ]);
});

test.each([
  ['<', [true, false, false]],
  ['<=', [true, true, false]],
  ['==', [false, true, false]],
  ['!=', [true, false, true]],
  ['>=', [false, true, true]],
  ['>', [false, false, true]],
])('%s compares the measured value with the written one', (comparison, holds) => {
  const results = [11, 10, 9].map(
    (bound) =>
      held([`requests.due ${comparison} ${bound}`], { ...PASSING, requests: counts(10) })[0]!,
  );
  expect(results.map((one) => one.holds)).toEqual(holds);
});

test('results keep the text, the line and the order of the scenario', () => {
  const lines = ['requests.wrong == 0', 'discover.time <= 5s'];
  const file = null;
  expect(held(lines, PASSING)).toEqual([
    { text: lines[0], holds: true, measured: 0, bound: 0, shown: '0', broken: null, line: 1, file },
    {
      text: lines[1],
      holds: true,
      measured: 312e3,
      bound: 5e6,
      shown: '312 ms',
      broken: null,
      line: 2,
      file,
    },
  ]);
});

describe('all and any', () => {
  const phases = PASSING.phases.map((phase, i) => ({
    ...phase,
    seconds: i + 1,
    latencyMs: phase.latencyMs && { ...phase.latencyMs, p99: 10 * i },
  }));
  const measured = { ...PASSING, phases };

  test.each([
    ['all-phases.time <= 3s', true, 3e6, '3.00 s (steady)'],
    ['all-phases.time <= 2s', false, 3e6, '3.00 s (steady)'],
    ['all-phases.time >= 2s', false, 1e6, '1.00 s (discover)'],
    ['any-phase.time >= 3s', true, 3e6, '3.00 s (steady)'],
    ['any-phase.time > 3s', false, 3e6, '3.00 s (steady)'],
    ['any-phase.time < 2s', true, 1e6, '1.00 s (discover)'],
    ['all-phases.requests.due != 52', false, 52, '52 (warm-up)'],
    ['any-phase.requests.due == 52', true, 52, '52 (warm-up)'],
    // Nothing was asked while peers discovered one another.
    ['all-phases.latency.p99 <= 20ms', true, 20e3, '20 ms (steady)'],
    ['all-phases.latency.p99 < 20ms', false, 20e3, '20 ms (steady)'],
    ['any-phase.latency.p99 < 20ms', true, 10e3, '10 ms (warm-up)'],
    ['all-peers.requests.due >= 104', true, 104, '104 (peer-1)'],
    ['steady.all-peers.requests.due >= 104', true, 104, '104 (peer-1)'],
    ['all-phases.all-peers.requests.due >= 1', false, 0, '0 (discover, peer-1)'],
    ['any-phase.any-peer.requests.due >= 104', true, 104, '104 (steady, peer-1)'],
    ['all-phases.peer.any-peer.requests.due <= 5', false, 104, '104 (steady, peer-1)'],
  ])('%s', (line, holds, value, shown) => {
    expect(held([line], measured)).toMatchObject([{ holds, measured: value, shown }]);
  });

  test('look at each group, and in it at its peers alone', () => {
    const perPeer = PASSING.perPeer.map((peer, i) => ({
      ...peer,
      group: i < 4 ? 'early' : 'late',
      known: i,
    }));
    const groups = ['early', 'late'].map((name, i) => ({
      ...PASSING.groups[0]!,
      name,
      ...asked(i),
    }));
    const two = { ...PASSING, perPeer, groups };
    const names = [
      { name: 'early', count: 4 },
      { name: 'late', count: 6 },
    ];
    const results = held(
      [
        'all-groups.requests.success >= 90%',
        'any-group.requests.success >= 90%',
        'early.all-peers.known <= 3',
        'late.all-peers.known <= 3',
        'any-group.all-peers.known >= 4',
        'all-groups.any-peer.known >= 4',
      ],
      two,
      names,
    );
    expect(results.map(({ holds, shown }) => [holds, shown])).toEqual([
      [false, '80.0% (late)'],
      [true, '100% (early)'],
      [true, '3 (peer-4)'],
      [false, '9 (peer-10)'],
      [true, '4 (late, peer-5)'],
      [false, '3 (early, peer-4)'],
    ]);
  });

  test('over nothing are no pass', () => {
    const nothing = { ...PASSING, perPeer: [] };
    for (const line of ['all-peers.known >= 0', 'any-peer.known >= 0']) {
      expect(held([line], nothing)).toMatchObject([{ holds: false, shown: 'not measured' }]);
    }
  });

  function asked(bad: number): Pick<GroupResult, 'requests'> {
    return { requests: counts(10, { failed: 2 * bad }) };
  }
});

describe('another figure', () => {
  test.each([
    ['steady.requests.due >= 20 * warm-up.requests.due', true, 1_040, '1,040, against 1,040'],
    ['steady.requests.due > 20 * warm-up.requests.due', false, 1_040, '1,040, against 1,040'],
    ['steady.requests.due <= 100 + 10 * warm-up.requests.due', false, 620, '1,040, against 620'],
    ['steady.requests.due <= warm-up.requests.due * 30 - 1', true, 1_559, '1,040, against 1,559'],
    ['requests.wrong <= 1% * requests.due', true, 10.4, '0, against 10'],
  ])('is what a figure is compared with: %s', (line, holds, bound, shown) => {
    expect(held([line], PASSING)).toMatchObject([{ holds, bound, shown }]);
  });

  test('that was not taken lets nothing hold', () => {
    for (const comparison of ['<=', '>=', '!=']) {
      const line = `steady.latency.p99 ${comparison} discover.latency.p99 + 5ms`;
      expect(held([line], PASSING)).toMatchObject([
        { holds: false, bound: null, measured: 18_000, shown: '18 ms, against not measured' },
      ]);
    }
  });
});

test('success leaves excused requests out, and is no figure when there are no others', () => {
  expect(success(counts(10))).toBe(1);
  expect(success(counts(10, { wrong: 1, excused: 5, failed: 1 }))).toBe(0.6);
  expect(success(counts(3, { excused: 3 }))).toBeNull();
  expect(success(counts(0))).toBeNull();
});

function held(
  lines: readonly string[],
  measured: Measured,
  groups: Parameters<typeof expectationsOf>[2] = [{ name: 'peer', count: 10 }],
): ExpectationResult[] {
  const phases = PASSING.phases.map(({ name }) => phaseOf({ name }));
  const names = phases.map(({ name }) => name);
  const expect = expectationsOf(lines, names, groups);
  return checkExpectations(scenarioOf({ phases, expect }), measured, OF_PEERS);
}

/** Nothing, five and 104 requests of each peer in the three phases. */
const OF_PEERS: PeerCounts = [0, 5, 104].map((due) => PASSING.perPeer.map(() => counts(due)));
