import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JournalEvent } from '../../src/journal/event.ts';
import type { Distribution } from '../../src/random/distributions.ts';
import type { Load, Phase } from '../../src/scenario/scenario.ts';
import { phaseOf, planOf, requestsOf } from '../plans.ts';
import { HandClock } from './hand-clock.ts';

const SECOND = 1_000_000;
/** When the user of a drawn pause asks first; another list is another run. */
const FIRST_DUE = [42_955, 69_771, 131_605, 224_882];
const IMAGES = [{ owners: [0] }, { owners: [1] }, { owners: [2] }];
const DISCOVERED = { until: { known: 'all' }, withinUs: 5 * SECOND } as const;

describe('phases', () => {
  test('follow one another at once, in the order of the scenario', () => {
    const plan = planWith(
      phaseOf({ name: 'one', forUs: 2 * SECOND }),
      phaseOf({ name: 'two', forUs: 1 }),
      phaseOf({ name: 'three', forUs: SECOND }),
    );
    const clock = new HandClock(plan).run();
    expect(clock.phases(plan)).toEqual([
      'one 0 … 2000000',
      'two 2000000 … 2000001',
      'three 2000001 … 3000001',
    ]);
    expect(clock.overAtUs).toBe(3_000_001);
  });

  test('are over once, whatever is left of timers', () => {
    const plan = planWith(phaseOf({ requests: [requestsOf()] }));
    const clock = new HandClock(plan).run();
    const events = clock.journal.length;
    clock.exhaust();
    expect(clock.timesOver).toBe(1);
    expect(clock.journal).toHaveLength(events);
  });
});

describe('a world that asks ahead', () => {
  const requests = [requestsOf()];

  test('is told of the same requests before they are due, and of none too early', () => {
    const plan = planWith(phaseOf({ forUs: SECOND, requests }));
    const [now, ahead] = [0, SECOND / 2].map((leadUs) => new HandClock(plan, { leadUs }).run());
    expect(ahead!.due).toEqual(now!.due);
    expect(ahead!.due.length).toBeGreaterThan(1);
    ahead!.asked.forEach(({ atUs }, i) => {
      expect(atUs).toBe(Math.max(0, ahead!.due[i]!.atUs - SECOND / 2));
    });
  });

  test('is told of those when they are due whose phase may end any time', () => {
    const phase = phaseOf({ until: { known: 'all' }, withinUs: SECOND, requests });
    const clock = new HandClock(planWith(phase), { leadUs: SECOND / 2 }).run();
    expect(clock.asked.map(({ atUs }) => atUs)).toEqual(clock.due.map(({ atUs }) => atUs));
  });
});

describe('until', () => {
  test('discovered ends the phase when every peer has reached all others', () => {
    const plan = planWith(phaseOf({ name: 'discover', ...DISCOVERED }), phaseOf());
    const clock = new HandClock(plan);
    clock.conductor.start();
    clock.runUntil(300);
    for (const peer of [0, 0, 1, 1, 2]) clock.conductor.reached(peer);
    expect(clock.phases(plan)).toEqual([]);
    expect(clock.conductor.progress).toMatchObject({ phase: 0, reached: 5, wanted: 6 });
    clock.conductor.reached(2);
    expect(clock.phases(plan)).toEqual(['discover 0 … 300']);
  });

  test('known ends it when every peer has reached as many, not when some have more', () => {
    const phase = phaseOf({ until: { known: 1 }, withinUs: SECOND });
    const plan = planWith(phase);
    const clock = new HandClock(plan);
    clock.conductor.start();
    for (const peer of [0, 0, 1, 1]) clock.conductor.reached(peer);
    expect(clock.overAtUs).toBeNull();
    clock.conductor.reached(2);
    expect(clock.overAtUs).toBe(0);
  });

  test('counts a peer that lost one as lacking again', () => {
    const plan = planWith(phaseOf({ name: 'discover', ...DISCOVERED }));
    const clock = new HandClock(plan);
    clock.conductor.start();
    for (const peer of [0, 0, 1, 1]) clock.conductor.reached(peer);
    clock.conductor.lost(0);
    for (const peer of [2, 2]) clock.conductor.reached(peer);
    expect(clock.overAtUs).toBeNull();
    clock.runUntil(70);
    clock.conductor.reached(0);
    expect(clock.overAtUs).toBe(70);
  });

  test('that does not hold within its time ends the phase incomplete, and the run goes on', () => {
    const plan = planWith(phaseOf({ name: 'discover', ...DISCOVERED }), phaseOf());
    const clock = new HandClock(plan).run();
    expect(clock.phases(plan)).toEqual(['discover 0 … 5000000!', 'steady 5000000 … 6000000']);
  });

  test('that holds already ends its phase at once', () => {
    const plan = planWith(phaseOf({ name: 'first' }), phaseOf({ name: 'again', ...DISCOVERED }));
    const clock = new HandClock(plan);
    clock.conductor.start();
    for (const peer of [0, 0, 1, 1, 2, 2]) clock.conductor.reached(peer);
    clock.runUntil(2 * SECOND);
    expect(clock.phases(plan)).toEqual(['first 0 … 1000000', 'again 1000000 … 1000000']);
    expect(clock.overAtUs).toBe(SECOND);
  });

  test('does not wait for other programs, which do not tell whom they know', () => {
    const plan = planOf({
      scenario: { phases: [phaseOf(DISCOVERED)] },
      peers: [{}, { run: 'plain {port}' }],
    });
    const clock = new HandClock(plan);
    clock.conductor.start();
    expect(clock.conductor.progress).toMatchObject({ wanted: 1 });
    clock.conductor.reached(0);
    expect(clock.overAtUs).toBe(0);
  });

  test('discovered holds at once for a peer that is alone', () => {
    const plan = planOf({ scenario: { phases: [phaseOf(DISCOVERED)] }, peers: [{}] });
    expect(new HandClock(plan).run().overAtUs).toBe(0);
  });

  test('stops the requests of its phase when it comes to hold, also in the last phase', () => {
    for (const load of [
      { kind: 'rate', perSecond: 100, arrivals: 'constant' },
      { kind: 'users', users: 3, think: { kind: 'constant', value: 10_000 } },
    ] as const) {
      const plan = planWith(phaseOf({ ...DISCOVERED, requests: [requestsOf({ load })] }));
      const clock = new HandClock(plan, { answering: () => 50_000 });
      clock.conductor.start();
      clock.runUntil(95_000);
      const made = clock.due.length;
      expect(made).toBeGreaterThan(2);
      for (const peer of [0, 0, 1, 1, 2, 2]) clock.conductor.reached(peer);
      clock.exhaust();
      expect(clock.due).toHaveLength(made);
      expect(clock.overAtUs).toBeLessThanOrEqual(145_000);
    }
  });
});

describe('an open loop', () => {
  test('at a constant rate is due at even distances, and not at the end of the phase', () => {
    const load = { kind: 'rate', perSecond: 4, arrivals: 'constant' } as const;
    const clock = new HandClock(
      planWith(phaseOf({ name: 'wait' }), phaseOf({ requests: [requestsOf({ load })] })),
    ).run();
    expect(clock.due.map(({ atUs }) => atUs)).toEqual([1_250_000, 1_500_000, 1_750_000]);
  });

  test('as a Poisson process keeps its rate', () => {
    const load = { kind: 'rate', perSecond: 500, arrivals: 'poisson' } as const;
    const phase = phaseOf({ forUs: 20 * SECOND, requests: [requestsOf({ load })] });
    const { length } = new HandClock(planWith(phase)).run().due;
    expect(Math.abs(length - 10_000)).toBeLessThan(400);
  });

  test('does not wait for answers', () => {
    const load = { kind: 'rate', perSecond: 10, arrivals: 'constant' } as const;
    const plan = planWith(phaseOf({ requests: [requestsOf({ load })] }));
    const prompt = new HandClock(plan, { answering: () => 1 }).run();
    const never = new HandClock(plan, { answering: () => null }).run();
    expect(never.due).toEqual(prompt.due);
  });

  test('is due when it is due, on a clock that rings late and seldom', () => {
    for (const perSecond of [30, 5_000]) {
      for (const arrivals of ['constant', 'poisson'] as const) {
        const load = { kind: 'rate', perSecond, arrivals } as const;
        const requests = [requestsOf({ load })];
        const plan = planWith(phaseOf({ requests }), phaseOf({ name: 'more', requests }));
        const exact = new HandClock(plan).run();
        const coarse = new HandClock(plan, { coarseUs: 1_000 }).run();
        const { due } = coarse;
        expect(due).toEqual(exact.due);
        expect(coarse.asked.every(({ atUs }, i) => atUs - due[i]!.atUs <= 1_000)).toBe(true);
      }
    }
  });

  test('makes up at the end of its phase for what the clock has missed', () => {
    const load = { kind: 'rate', perSecond: 1_000, arrivals: 'constant' } as const;
    const clock = new HandClock(planWith(phaseOf({ requests: [requestsOf({ load })] })), {
      coarseUs: 700_000,
    }).run();
    expect(clock.due).toHaveLength(999);
  });
});

test('a run that is cut by a request makes no other one, though more are due', () => {
  const load = { kind: 'rate', perSecond: 1_000, arrivals: 'constant' } as const;
  const plan = planWith(phaseOf({ requests: [requestsOf({ load })] }));
  const clock = new HandClock(plan, {
    coarseUs: 100_000,
    answering: (request) => {
      if (request === 5) clock.conductor.cut();
      return null;
    },
  });
  clock.run().exhaust();
  expect(clock.due).toHaveLength(6);
});

describe('a closed loop', () => {
  test('has each user ask, wait for the answer, think, and ask again', () => {
    const load = { kind: 'users', users: 1, think: { kind: 'constant', value: 100_000 } } as const;
    const plan = planWith(phaseOf({ requests: [requestsOf({ load })] }));
    const clock = new HandClock(plan, { answering: () => 50_000 }).run();
    const times = clock.due.map(({ atUs }) => atUs);
    expect(times[0]).toBeLessThan(100_000);
    expect(times).toEqual(times.map((_, i) => times[0]! + i * 150_000));
    expect(times.at(-1)! + 150_000).toBeGreaterThanOrEqual(SECOND);
  });

  test('never has more requests under way than users', () => {
    const load = { kind: 'users', users: 5, think: { kind: 'constant', value: 10_000 } } as const;
    const plan = planWith(phaseOf({ requests: [requestsOf({ load })] }));
    let under = 0;
    let most = 0;
    const clock = new HandClock(plan, { answering: (request) => 5_000 + request * 100 });
    const { request } = clock;
    clock.request = function (this: HandClock, ...args) {
      most = Math.max(most, ++under);
      request.apply(this, args);
    };
    const { requestDone } = clock.conductor;
    clock.conductor.requestDone = function (one) {
      under--;
      requestDone.call(this, one);
    };
    clock.run();
    expect(most).toBe(5);
  });

  test('has its users begin apart when they think, together when they do not', () => {
    const firsts = (thinkUs: number): Set<number> => {
      const load = {
        kind: 'users',
        users: 20,
        think: { kind: 'constant', value: thinkUs },
      } as const;
      const plan = planWith(phaseOf({ requests: [requestsOf({ load })] }));
      const clock = new HandClock(plan, { answering: () => null }).run();
      return new Set(clock.due.map(({ atUs }) => atUs));
    };
    expect(firsts(500_000).size).toBe(20);
    expect(firsts(0)).toEqual(new Set([0]));
  });

  test('waits for ever for a user whose answer does not come, and goes on with the others', () => {
    const load = { kind: 'users', users: 2, think: { kind: 'constant', value: 1_000 } } as const;
    const plan = planWith(phaseOf({ requests: [requestsOf({ load })] }));
    const clock = new HandClock(plan, {
      answering: (request) => (request === 0 ? null : 9_000),
    }).run();
    expect(clock.due.length).toBeGreaterThan(90);
    expect(clock.due.length).toBeLessThan(103);
  });
});

describe('users whose thinking is drawn', () => {
  const load = {
    kind: 'users',
    users: 1,
    think: { kind: 'exponential', mean: 50_000 },
  } as const;
  const plan = planWith(phaseOf({ forUs: 20 * SECOND, requests: [requestsOf({ load })] }));

  test('pause as the distribution says, each time anew', () => {
    const clock = new HandClock(plan, { answering: () => 10_000 }).run();
    const pauses = clock.due.slice(1).map(({ atUs }, i) => atUs - clock.due[i]!.atUs - 10_000);
    const mean = pauses.reduce((sum, one) => sum + one, 0) / pauses.length;
    expect(Math.abs(mean - 50_000)).toBeLessThan(7_000);
    expect(Math.min(...pauses)).toBeLessThan(1_000);
    expect(Math.max(...pauses)).toBeGreaterThan(150_000);
  });

  test('pause the same for the same seed', () => {
    const due = new HandClock(plan).run().due;
    expect(new HandClock(plan).run().due).toEqual(due);
    expect(due.slice(0, 4).map(({ atUs }) => atUs)).toEqual(FIRST_DUE);
  });
});

describe('several streams', () => {
  const slow = requestsOf({ load: { kind: 'rate', perSecond: 4, arrivals: 'constant' } });
  const fast = requestsOf({ load: { kind: 'rate', perSecond: 10, arrivals: 'constant' } });
  const users = requestsOf({
    load: { kind: 'users', users: 1, think: { kind: 'constant', value: 0 } },
  });

  test('run at once, and what is due at once comes in their order', () => {
    const clock = new HandClock(planWith(phaseOf({ requests: [slow, fast] }))).run();
    expect(clock.due.map(({ atUs }) => atUs / 10_000)).toEqual([
      10, 20, 25, 30, 40, 50, 50, 60, 70, 75, 80, 90,
    ]);
  });

  test('of open and closed loops do not wait for one another', () => {
    const plan = planWith(phaseOf({ requests: [users, fast] }));
    const clock = new HandClock(plan, {
      answering: (request) => (request === 0 ? null : 1_000),
    }).run();
    expect(clock.due).toHaveLength(10);
  });

  test('draw for themselves: the first draws what it would draw alone', () => {
    const load = { kind: 'rate', perSecond: 50, arrivals: 'poisson' } as const;
    const first = requestsOf({ load, missing: 0.5 });
    const alone = new HandClock(planWith(phaseOf({ requests: [first] }))).run();
    const both = new HandClock(planWith(phaseOf({ requests: [first, first] }))).run();
    const times = new Set(alone.due.map(({ atUs }) => atUs));
    const shown = ({ due }: HandClock): unknown[] =>
      due.filter(({ atUs }) => times.has(atUs)).map(({ atUs, peer, image }) => [atUs, peer, image]);
    expect(shown(both)).toEqual(shown(alone));
    expect(both.due.length).toBeGreaterThan(alone.due.length * 1.5);
  });

  test('are made in the order in which they were due, on a clock that rings late', () => {
    const plan = planWith(phaseOf({ requests: [slow, fast, slow] }));
    const exact = new HandClock(plan).run();
    const late = new HandClock(plan, { coarseUs: 370_000 }).run();
    expect(late.due).toEqual(exact.due);
  });
});

test('a ramp is due at the rate that it has come to', () => {
  const profile = { kind: 'ramp', perSecond: [0, 20] } as const;
  const load = { kind: 'varying', profile, arrivals: 'constant' } as const;
  const clock = new HandClock(planWith(phaseOf({ requests: [requestsOf({ load })] }))).run();
  // n requests are due after √(n / 10) s; the tenth would be at the very end.
  const expected = Array.from({ length: 9 }, (_, i) =>
    Math.round(Math.sqrt((i + 1) / 10) * SECOND),
  );
  expect(clock.due.map(({ atUs }) => atUs)).toEqual(expected);
});

describe('the end', () => {
  const load = { kind: 'rate', perSecond: 10, arrivals: 'constant' } as const;
  const asking = phaseOf({ requests: [requestsOf({ load })] });

  test('comes with the answer to the last request', () => {
    const clock = new HandClock(planWith(asking), { answering: () => 3 * SECOND }).run();
    expect(clock.overAtUs).toBe(900_000 + 3 * SECOND);
    expect(clock.conductor.progress).toMatchObject({ due: 9, done: 9 });
  });

  test('comes 45 s after the last phase when an answer does not come', () => {
    const clock = new HandClock(planWith(asking), { answering: () => null }).run();
    expect(clock.overAtUs).toBe(46 * SECOND);
    expect(clock.phases(planWith(asking))).toEqual(['steady 0 … 1000000']);
  });

  test('comes at the timeout of the scenario, and the phase under way is incomplete', () => {
    const phases = [asking, phaseOf({ name: 'long', forUs: 50 * SECOND })];
    const plan = planOf({ scenario: { phases, timeoutUs: 4 * SECOND }, images: IMAGES });
    const clock = new HandClock(plan).run();
    expect(clock.overAtUs).toBe(4 * SECOND);
    expect(clock.phases(plan)).toEqual(['steady 0 … 1000000', 'long 1000000 … 4000000!']);
  });

  test('comes at the timeout also while answers are waited for', () => {
    const plan = planOf({ scenario: { phases: [asking], timeoutUs: 4 * SECOND }, images: IMAGES });
    const clock = new HandClock(plan, { answering: () => null }).run();
    expect(clock.overAtUs).toBe(4 * SECOND);
    expect(clock.phases(plan)).toEqual(['steady 0 … 1000000']);
  });

  test('comes when the run is cut, and answers that come later change nothing', () => {
    const plan = planWith(asking, phaseOf({ name: 'later' }));
    const clock = new HandClock(plan, { answering: () => 200_000 });
    clock.conductor.start();
    clock.runUntil(450_000);
    clock.conductor.cut();
    expect(clock.overAtUs).toBe(450_000);
    expect(clock.phases(plan)).toEqual(['steady 0 … 450000!']);
    clock.exhaust();
    clock.conductor.cut();
    expect(clock.timesOver).toBe(1);
    expect(clock.due).toHaveLength(4);
    expect(clock.conductor.progress).toMatchObject({ due: 4, done: 2 });
  });
});

describe('the journal', () => {
  test('has requests within their phases, times that never go back, and numbers from 0', () => {
    fc.assert(
      fc.property(anyPhases(), fc.nat(), fc.integer({ min: 1, max: 5_000 }), (parts, seed, us) => {
        const plan = planOf({ scenario: { phases: parts }, seed, images: IMAGES });
        const clock = new HandClock(plan, {
          answering: (request) => (request * 7_919 * us) % SECOND,
        });
        clock.run().exhaust();
        expectOrder(clock.journal);
        expect(clock.due.map(({ request }) => request)).toEqual(clock.due.map((_, i) => i));
        expect(clock.asked.map(({ request, peer, image }) => [request, peer, image])).toEqual(
          clock.due.map(({ request, peer, image }) => [request, peer, image]),
        );
      }),
      { numRuns: 50 },
    );
  });

  test('is the same for the same plan, and another for another seed', () => {
    fc.assert(
      fc.property(anyPhases(), fc.nat(), (phases, seed) => {
        const plan = planOf({ scenario: { phases }, seed, images: IMAGES });
        expect(new HandClock(plan).run().journal).toEqual(new HandClock(plan).run().journal);
      }),
      { numRuns: 20 },
    );
    const load = { kind: 'rate', perSecond: 50, arrivals: 'poisson' } as const;
    const phases = [phaseOf({ requests: [requestsOf({ load })] })];
    const journals = [1, 2].map(
      (seed) => new HandClock(planOf({ scenario: { phases }, seed, images: IMAGES })).run().journal,
    );
    expect(journals[0]).not.toEqual(journals[1]);
  });

  test('has the same wishes in an open loop however fast the answers are', () => {
    const load = { kind: 'rate', perSecond: 50, arrivals: 'poisson' } as const;
    const requests = [requestsOf({ load, missing: 0.1 })];
    const plan = planWith(phaseOf({ requests }), phaseOf({ name: 'more', requests }));
    const slow = new HandClock(plan, { answering: () => 700_000 }).run();
    expect(slow.due).toEqual(new HandClock(plan).run().due);
  });
});

function planWith(...phases: Phase[]): ReturnType<typeof planOf> {
  return planOf({ scenario: { phases }, images: IMAGES });
}

function anyThink(): fc.Arbitrary<Distribution> {
  return fc.oneof(
    fc.record({
      kind: fc.constant('constant' as const),
      value: fc.integer({ min: 1_000, max: 300_000 }),
    }),
    fc.record({
      kind: fc.constant('exponential' as const),
      mean: fc.integer({ min: 10_000, max: 300_000 }),
    }),
  );
}

function anyLoad(): fc.Arbitrary<Load> {
  const arrivals = fc.constantFrom('constant' as const, 'poisson' as const);
  const rate = fc.integer({ min: 1, max: 200 });
  return fc.oneof(
    fc.record({ kind: fc.constant('rate' as const), perSecond: rate, arrivals }),
    fc.record({
      kind: fc.constant('varying' as const),
      profile: fc.record({
        kind: fc.constantFrom('ramp' as const, 'steps' as const),
        perSecond: fc.array(rate, { minLength: 2, maxLength: 2 }),
      }),
      arrivals,
    }),
    fc.record({
      kind: fc.constant('users' as const),
      users: fc.integer({ min: 1, max: 5 }),
      think: anyThink(),
    }),
  );
}

function anyPhases(): fc.Arbitrary<Phase[]> {
  const stream = fc
    .record({ load: anyLoad(), missing: fc.constantFrom(0, 0.5, 1) })
    .map((one) => requestsOf(one));
  const phase = fc
    .record({
      requests: fc.array(stream, { maxLength: 3 }),
      lastsUs: fc.integer({ min: 1, max: 2 * SECOND }),
      isUntil: fc.boolean(),
    })
    .map(({ requests, lastsUs, isUntil }) =>
      phaseOf({
        requests,
        ...(isUntil ? { until: { known: 'all' as const }, withinUs: lastsUs } : { forUs: lastsUs }),
      }),
    );
  return fc
    .array(phase, { minLength: 1, maxLength: 4 })
    .map((phases) => phases.map((one, i) => ({ ...one, name: `phase-${i}` })));
}

function expectOrder(journal: readonly JournalEvent[]): void {
  let phase = -1;
  let lastUs = 0;
  for (const event of journal) {
    expect(event.atUs).toBeGreaterThanOrEqual(lastUs);
    lastUs = event.atUs;
    if (event.kind === 'phase-start') expect(event.phase).toBe(++phase);
    if (event.kind === 'phase-end' || event.kind === 'due') expect(event.phase).toBe(phase);
  }
}
