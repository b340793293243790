import { describe, expect, test } from 'vitest';
import { GroundTruth } from '../../src/check/ground-truth.ts';
import { judge } from '../../src/check/judge.ts';
import type { HarnessSample, JournalEvent, RequestDone } from '../../src/journal/event.ts';
import type { Result } from '../../src/result/result.ts';
import { resultSchema } from '../../src/report/result-schema.ts';
import type { PeerGroup, Phase } from '../../src/scenario/scenario.ts';
import { Figures } from '../../src/stats/figures.ts';
import { expectationsOf, phaseOf, planOf, requestsOf, type PlanParts } from '../plans.ts';

const SECOND = 1_000_000;
const RIGHT = '0'.repeat(64);
const ALL_ENDED = { kind: 'all-ended', atUs: 9 * SECOND, problem: null } as const;
const GOOD = { outcome: 'found', sha256: RIGHT, sizeBytes: 1_000 } as const;

describe('the verdict', () => {
  test('is pass when all went well and nothing is expected', () => {
    const result = judged({ journal: phaseEvents([request(0, GOOD)]) });
    expect(result).toMatchObject({ verdict: 'pass', reasons: [] });
    expect(result.requests).toEqual({ due: 1, correct: 1, wrong: 0, excused: 0, failed: 0 });
  });

  test('is fail when an expectation does not hold, and the reason says what was measured', () => {
    const result = judged({
      expect: ['requests.due >= 2', 'requests.wrong == 0'],
      journal: phaseEvents([request(0, GOOD)]),
    });
    expect(result.verdict).toBe('fail');
    expect(result.reasons).toEqual(['expected requests.due >= 2, measured 1']);
    expect(result.expectations.map(({ holds }) => holds)).toEqual([false, true]);
  });

  test('is fail when an expectation names what was not measured', () => {
    const result = judged({ expect: ['latency.p99 <= 1s'], journal: phaseEvents([]) });
    expect(result.reasons).toEqual(['expected latency.p99 <= 1s, which could not be measured']);
  });

  test.each([
    [1, '1 wrong answer'],
    [2, '2 wrong answers'],
  ])('is fail with %i wrong, also when nothing is expected', (count, reason) => {
    const bad = Array.from({ length: count }, (_, i) =>
      request(i, { ...GOOD, sha256: 'f'.repeat(64) }),
    );
    const result = judged({ journal: phaseEvents(bad) });
    expect(result).toMatchObject({ verdict: 'fail', reasons: [reason] });
    expect(result.badRequests).toHaveLength(count);
    expect(result.badRequests[0]).toMatchObject({
      class: 'wrong',
      phase: 'steady',
      peer: 'peer-1',
      image: 'image-0.png',
      dueSeconds: 0.1,
    });
  });

  test('is fail for a wrong answer in a warm-up, which counts in no figure of the run', () => {
    const phases = [phaseOf({ name: 'warm-up', measured: false, requests: [requestsOf()] })];
    const result = judged({
      phases,
      journal: phaseEvents([request(0, { outcome: 'found', sha256: '' })]),
    });
    expect(result.requests.due).toBe(0);
    expect(result.phases[0]!.requests.wrong).toBe(1);
    expect(result).toMatchObject({ verdict: 'fail', reasons: ['1 wrong answer'] });
  });

  test('is pass for wrong answers to a group, if an expectation allows that group some', () => {
    const groups = ['early', 'late'].map((name) => ({ ...GROUP, name }));
    const peers = [{ group: 0 }, { group: 1 }];
    const bad = request(0, { ...GOOD, sha256: '' });
    const verdict = (...expected: string[]): string =>
      judged({ groups, peers, expect: expected, journal: phaseEvents([bad]) }).verdict;
    expect(verdict('early.requests.wrong <= 1')).toBe('pass');
    expect(verdict('steady.early.requests.wrong <= 1')).toBe('pass');
    expect(verdict('all-groups.requests.wrong <= 50% * requests.due + 1')).toBe('pass');
    expect(verdict('late.requests.wrong <= 1')).toBe('fail');
    expect(verdict('early.requests.wrong == 0')).toBe('fail');
  });

  test('is fail when a peer has crashed, and the reason names it', () => {
    const down: JournalEvent = {
      kind: 'peer-down',
      atUs: 5,
      peer: 1,
      isPlanned: false,
      how: 'was ended by SIGKILL',
    };
    expect(judged({ journal: phaseEvents([[down]]) })).toMatchObject({
      verdict: 'fail',
      reasons: ['peer-2 was ended by SIGKILL'],
    });
    const planned = { ...down, isPlanned: true };
    expect(judged({ journal: phaseEvents([[planned]]) }).verdict).toBe('pass');
  });

  test('is fail when a peer left something behind, and the reason says what', () => {
    const left = [leftBehind(1, '2 connections open'), ALL_ENDED];
    const result = judged({ journal: phaseEvents([left]) });
    expect(result).toMatchObject({
      verdict: 'fail',
      reasons: ['peer-2 left 2 connections open'],
      leftBehind: ['peer-2 left 2 connections open'],
      runSeconds: 1,
    });
  });

  test('tells a few of many peers that left something', () => {
    const many = Array.from({ length: 7 }, () => leftBehind(0, '1 temporary file'));
    const { reasons } = judged({ journal: phaseEvents([[...many, ALL_ENDED]]) });
    expect(reasons).toHaveLength(6);
    expect(reasons.at(-1)).toBe('2 other peers left something behind');
  });

  test('leaves it to an expectation how many may leave something behind', () => {
    const left = [leftBehind(1, '2 connections open'), ALL_ENDED];
    const verdict = (line: string): string =>
      judged({ expect: [line], journal: phaseEvents([left]) }).verdict;
    expect(verdict('left.behind <= 1')).toBe('pass');
    expect(verdict('left.behind == 0')).toBe('fail');
  });

  test('is pass when it was not looked what was left, unless that is expected', () => {
    const blind: JournalEvent = { ...ALL_ENDED, problem: 'there are more than 10,000 peers' };
    const of = (expect: string[]): Result => judged({ expect, journal: phaseEvents([[blind]]) });
    expect(of([])).toMatchObject({ verdict: 'pass', leftBehind: null });
    expect(of(['left.behind == 0']).verdict).toBe('fail');
  });

  test('is fail when a phase was cut short', () => {
    expect(judged({ journal: phaseEvents([], { isComplete: false }) })).toMatchObject({
      verdict: 'fail',
      reasons: ['phase steady was cut short'],
    });
  });

  test('is fail when a phase never came', () => {
    const phases = [phaseOf(), phaseOf({ name: 'later' })];
    expect(judged({ phases, journal: phaseEvents([]) }).reasons).toEqual([
      'phase later was cut short',
    ]);
  });

  test('is fail when an `until` did not come to hold, and the reason says how far it came', () => {
    const phases = [phaseOf({ name: 'discover', until: { known: 'all' }, withinUs: 5 * SECOND })];
    const reached: JournalEvent = { kind: 'reached', atUs: 1, peer: 0, other: 1 };
    const result = judged({ phases, journal: phaseEvents([[reached]], { isComplete: false }) });
    expect(result.reasons).toEqual([
      'phase discover did not come to its end within 5 s: 1 of 6 pairs of peers reached',
    ]);
  });

  test('is error when the run could not be carried out, whatever else', () => {
    const result = judged({
      error: 'a port was taken',
      expect: ['requests.due >= 2'],
      journal: phaseEvents([]),
    });
    expect(result.verdict).toBe('error');
    expect(result.reasons[0]).toBe('a port was taken');
  });
});

describe('harness-bound', () => {
  const late: JournalEvent = { kind: 'harness', atUs: 9, lagUs: 100_001, rssBytes: 1 };
  const slow = request(0, { ...GOOD, atUs: 140_000 });
  const verySlow = request(0, { ...GOOD, atUs: 900_000 });

  test('is the verdict when only times and rates are missed and the lab itself was late', () => {
    const result = judged({
      expect: ['latency.p99 <= 1ms', 'requests.rate >= 5/s', 'throughput >= 1MB/s'],
      journal: phaseEvents([slow, [late]]),
    });
    expect(result.verdict).toBe('harness-bound');
    expect(result.reasons).toHaveLength(4);
    expect(result.reasons[0]).toBe('timers of the lab rang 100 ms late at worst in phase steady');
    expect(result.harness.bounds).toEqual([
      { kind: 'lag', phase: 'steady', text: result.reasons[0] },
    ]);
  });

  test('is not when the lab kept its times', () => {
    const lag = (lagUs: number): JournalEvent[] => phaseEvents([slow, [{ ...late, lagUs }]]);
    const verdict = (lagUs: number, expect: string): string =>
      judged({ expect: [expect], journal: lag(lagUs) }).verdict;
    // A fifth of the time that is asked about, and of a rate a tenth of a second.
    expect(verdict(6_000, 'latency.p99 <= 30ms')).toBe('fail');
    expect(verdict(6_001, 'latency.p99 <= 30ms')).toBe('harness-bound');
    expect(verdict(100_000, 'requests.rate >= 5/s')).toBe('fail');
  });

  test('names its causes among the bounds, however little they would be by themselves', () => {
    const journal = phaseEvents([slow, [{ ...late, lagUs: 6_001 }]]);
    const { reasons, harness } = judged({ expect: ['latency.p99 <= 30ms'], journal });
    expect(harness.bounds.map(({ text }) => text)).toEqual([reasons[0]]);
  });

  test('is not when what was measured is far beyond what the lab was late', () => {
    const verdict = (lagUs: number): string =>
      judged({
        expect: ['latency.p99 <= 1ms'],
        journal: phaseEvents([verySlow, [{ ...late, lagUs }]]),
      }).verdict;
    expect(verdict(79_000)).toBe('fail');
    expect(verdict(81_000)).toBe('harness-bound');
  });

  test('looks at what another figure comes to, as at a time that is written', () => {
    const journal = (lagUs: number): JournalEvent[] => phaseEvents([slow, [{ ...late, lagUs }]]);
    const verdict = (lagUs: number): string =>
      judged({ expect: ['latency.p99 < 50% * latency.max'], journal: journal(lagUs) }).verdict;
    const { latencyMs } = judged({ journal: journal(0) });
    const fifthUs = (latencyMs!.max * 1e3 * 0.5) / 5;
    expect(verdict(Math.floor(fifthUs))).toBe('fail');
    expect(verdict(Math.ceil(fifthUs) + 1)).toBe('harness-bound');
  });

  test.each([
    ['a count', ['latency.p99 <= 1ms', 'requests.due >= 2'], []],
    ['a wrong answer', ['latency.p99 <= 1ms'], [request(1, { ...GOOD, sha256: '' })]],
  ])('is not when %s is at fault too', (_, expected, more) => {
    const journal = phaseEvents([slow, [late], ...more]);
    expect(judged({ expect: expected, journal }).verdict).toBe('fail');
  });

  test('is the verdict when the run came to a bound of the lab, whatever else', () => {
    const error = 'Too many requests were waiting.';
    const bad = request(0, { ...GOOD, sha256: '' });
    const result = judged({ error, isHarnessBound: true, journal: phaseEvents([bad]) });
    expect(result).toMatchObject({ verdict: 'harness-bound', reasons: [error] });
    expect(result.harness.bounds).toEqual([
      { kind: 'requests', phase: null, text: 'Too many requests were waiting' },
    ]);
  });

  test('is not when the lab was late in another phase than the one that is asked about', () => {
    const phases = [phaseOf({ name: 'before' }), phaseOf()];
    const journal = [
      ...phaseEvents([[late]]),
      ...phaseEvents(
        [
          [{ ...late, atUs: SECOND + 1, lagUs: 1 }],
          [{ ...late, atUs: SECOND + 2, lagUs: 2 }],
          request(0, { ...GOOD, atUs: 1_300_000 }, 1),
        ],
        { phase: 1 },
      ),
    ];
    const verdict = (line: string): string => judged({ phases, journal, expect: [line] }).verdict;
    expect(verdict('steady.latency.p99 <= 100ms')).toBe('fail');
    expect(verdict('latency.p99 <= 100ms')).toBe('harness-bound');
    expect(verdict('all-phases.latency.p99 <= 100ms')).toBe('harness-bound');
    const warmUp = [{ ...phases[0]!, measured: false }, phases[1]!];
    const line = ['latency.p99 <= 100ms'];
    expect(judged({ phases: warmUp, journal, expect: line }).verdict).toBe('fail');
  });

  test.each([
    ['a discovery that took a tenth of a second', '100ms', 'harness-bound'],
    ['one that took a hundred times as long as the lab was late', '10s', 'fail'],
  ])('of %s depends on how late the lab was', (_, within, verdict) => {
    const expected = [`discovery.time <= ${within}`];
    expect(judged({ expect: expected, journal: phaseEvents([[late]]) }).verdict).toBe(verdict);
  });

  test('is not for a discovery that was over before the phase in which the lab was late', () => {
    const reached = [0, 1, 2].map((peer): JournalEvent => {
      return { kind: 'reached', atUs: 500_000, peer, other: (peer + 1) % 3 };
    });
    const sample = (atUs: number, lagUs: number): JournalEvent => ({ ...late, atUs, lagUs });
    const verdict = (earlyUs: number, lateUs: number): string =>
      judged({
        phases: [phaseOf({ name: 'before' }), phaseOf()],
        expect: ['discovery.time50 <= 400ms'],
        journal: [
          ...phaseEvents([reached, [sample(600_000, earlyUs)]]),
          ...phaseEvents([[sample(SECOND + 1, 1), sample(1_500_000, lateUs)]], { phase: 1 }),
        ],
      }).verdict;
    expect(verdict(100_001, 1)).toBe('harness-bound');
    expect(verdict(1, 100_001)).toBe('fail');
  });

  test('is not for requests without an answer, unless the lab stood still or had no files', () => {
    const lost = request(0, { outcome: 'not-found', sha256: '' }).slice(0, 1);
    const verdict = (sample: Partial<HarnessSample>, lines: string[] = []): string =>
      judged({ expect: lines, journal: phaseEvents([lost, [{ ...late, ...sample }]]) }).verdict;
    expect(verdict({})).toBe('fail');
    expect(verdict({}, ['requests.success == 100%'])).toBe('fail');
    expect(verdict({ lagUs: 5_000_001 })).toBe('harness-bound');
    expect(verdict({ lagUs: 5_000_001 }, ['requests.success == 100%'])).toBe('harness-bound');
    const load = { cores: 1, loopShare: 0.5, machineShare: null, isShortOfFiles: true };
    expect(verdict({ lagUs: 0, load })).toBe('harness-bound');
    expect(verdict({ lagUs: 0, load: { ...load, isShortOfFiles: false } })).toBe('fail');
  });

  test.each([
    ['requests.excused', 'slow answers meet more faults'],
    ['attempts.failed', 'more requests meet one'],
  ])('is for too many %s while the machine had no rest: %s', (figure) => {
    const verdict = (machineShare: number): string => {
      const load = { cores: 1, loopShare: 0.5, machineShare, isShortOfFiles: false };
      const samples = Array.from({ length: 10 }, (_, i): JournalEvent[] => [
        { ...late, atUs: i * 50_000, lagUs: 0, load },
      ]);
      const journal = phaseEvents([request(0, GOOD), ...samples]);
      return judged({ journal, expect: [`${figure} == 1`] }).verdict;
    };
    expect(verdict(1)).toBe('harness-bound');
    expect(verdict(0.5)).toBe('fail');
  });

  test('is for requests that the end of the run cut off while the machine had no rest', () => {
    const load = { cores: 1, loopShare: 0.5, machineShare: 1, isShortOfFiles: false };
    const busy = Array.from({ length: 10 }, (_, i): JournalEvent[] => [
      { ...late, atUs: i * 50_000, lagUs: 0, load },
    ]);
    const open = request(0, GOOD).slice(0, 1);
    const denied = request(1, { outcome: 'failed', sha256: '' });
    const verdict = (...requests: JournalEvent[][]): string =>
      judged({ journal: phaseEvents([...requests, ...busy]) }).verdict;
    expect(verdict(open)).toBe('harness-bound');
    expect(verdict(denied)).toBe('fail');
    expect(verdict(open, denied)).toBe('fail');
  });

  test('is not when all expectations hold', () => {
    expect(judged({ journal: phaseEvents([slow, [late]]) }).verdict).toBe('pass');
  });
});

describe('the figures of the run', () => {
  test('leave phases out that are not measured, and rates those that ask nothing', () => {
    const phases = [
      phaseOf({ name: 'warm-up', measured: false, requests: [requestsOf()] }),
      phaseOf({ name: 'quiet' }),
      phaseOf({ requests: [requestsOf()] }),
    ];
    const journal = [
      ...phaseEvents([request(0, GOOD)], { phase: 0 }),
      ...phaseEvents([], { phase: 1 }),
      ...phaseEvents([request(1, GOOD, 2), request(2, GOOD, 2)], { phase: 2 }),
    ];
    const result = judged({ phases, journal });
    expect(result.requests.due).toBe(2);
    expect(result.throughput).toEqual({ requestsPerSecond: 2, bytesPerSecond: 2_000 });
    expect(result.phases.map(({ requests }) => requests.due)).toEqual([1, 0, 2]);
  });

  test('are the result of the schema, also of an empty run', () => {
    for (const journal of [[], phaseEvents([request(0, GOOD)])]) {
      const result = judged({
        journal,
        expect: ['latency.max <= 1s', 'discovery.complete == true'],
      });
      expect(resultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
    }
  });

  test('say of a peer that is alone that it has discovered all', () => {
    const result = judged({
      peers: [{}],
      expect: ['discovery.complete == true', 'discovery.time <= 1s'],
      journal: phaseEvents([]),
    });
    expect(result.verdict).toBe('pass');
    expect(result.discovery).toMatchObject({ complete: true, seconds: 0, pairs: 0 });
  });
});

describe('who knows whom at the end', () => {
  const up = (peer: number): JournalEvent => ({
    kind: 'peer-up',
    atUs: 0,
    peer,
    address: '',
    hasFiles: true,
  });
  const down: JournalEvent = { kind: 'peer-down', atUs: 9, peer: 2, isPlanned: true, how: '' };
  const reached = (peer: number, other: number): JournalEvent => {
    return { kind: 'reached', atUs: 500_000, peer, other };
  };
  const together = [up(0), up(1), up(2), reached(0, 1), reached(2, 1), reached(0, 2)];

  test('is in parts, where some do not know the others', () => {
    const lines = ['discovery.components == 2', 'discovery.largest == 2', 'discovery.stale == 0'];
    const journal = phaseEvents([[up(0), up(1), up(2), reached(0, 1)]]);
    expect(judged({ expect: lines, journal }).verdict).toBe('pass');
    expect(judged({ expect: lines, journal: phaseEvents([together]) }).verdict).toBe('fail');
  });

  test('is stale, where one that is known is down', () => {
    const result = judged({ journal: phaseEvents([[...together, down]]) });
    expect(result.discovery).toMatchObject({ components: 1, largestComponent: 2, stale: 1 });
    const back = judged({ journal: phaseEvents([[...together, down, up(2)]]) });
    expect(back.discovery).toMatchObject({ components: 1, largestComponent: 3, stale: 0 });
  });

  test('came to be so by and by', () => {
    const { discovery } = judged({ journal: phaseEvents([together]) });
    expect(discovery).toMatchObject({
      knowablePairs: 6,
      secondsTo: { 50: 0.5, 90: null, 99: null, 100: null },
    });
  });
});

describe('effort', () => {
  const attempts = [
    { peer: 2, outcome: 'refused' },
    { peer: 1, outcome: 'found' },
  ] as const;
  const phases = [phaseOf({ name: 'warm-up', measured: false }), phaseOf()];
  const journal = [
    ...phaseEvents([request(0, { ...GOOD, attempts })], { phase: 0 }),
    ...phaseEvents([request(1, { ...GOOD, attempts }, 1)], { phase: 1 }),
  ];

  test('is of the phases that are measured, and of each; an image that came in another was there', () => {
    const result = judged({ phases, journal });
    const [first, second] = result.phases.map(({ effort }) => effort);
    expect(first).toEqual({
      attempts: 2,
      failedAttempts: 1,
      duplicateImages: 0,
      duplicateBytes: 0,
    });
    expect(second).toMatchObject({ attempts: 2, duplicateImages: 1, duplicateBytes: 1_000 });
    expect(result.effort).toEqual(second);
    expect(result.groups[0]!.effort).toEqual(second);
  });

  test('of several phases is that of all of them', () => {
    const measured = phases.map((phase) => ({ ...phase, measured: true }));
    expect(judged({ phases: measured, journal }).effort).toEqual({
      attempts: 4,
      failedAttempts: 2,
      duplicateImages: 1,
      duplicateBytes: 1_000,
    });
  });

  test('can be expected, beside what it was for', () => {
    const lines = ['attempts <= 2 * requests.correct', 'duplicate.bytes == 1KB'];
    expect(judged({ phases, journal, expect: lines }).verdict).toBe('pass');
    expect(judged({ phases, journal, expect: ['attempts.failed == 0'] }).verdict).toBe('fail');
  });

  test('of whole peers is the bytes that they sent and received in the whole run', () => {
    const lines = [
      'bytes.received == 2KB',
      'peer-1.bytes.received == 2KB',
      'peer-2.bytes.sent == 2KB',
    ];
    const result = judged({ phases, journal, expect: lines });
    expect(result.reasons).toEqual([]);
    expect(result.perPeer.map(({ bytesSent }) => bytesSent)).toEqual([0, 2_000, 0]);
  });
});

test('a result has what came of the requests over time, and how the lab did', () => {
  const late: JournalEvent = { kind: 'harness', atUs: 150_000, lagUs: 5_000, rssBytes: 1 };
  const result = judged({ journal: phaseEvents([request(0, GOOD), [late]]) });
  expect(result.series.buckets).toHaveLength(10);
  expect(result.series.buckets[1]).toMatchObject({ due: 1, correct: 1, bytes: 1_000 });
  expect(result.harness.peakOpenRequests).toBe(1);
  expect(result.harness.lagMs!.max).toBeCloseTo(5, 2);
  expect(judged({ journal: [] }).harness.lagMs).toBeNull();
});

test('the lab is never late in the virtual world, whether it looks at itself or not', () => {
  const virtual = { events: 1, eventsPerSecond: 1, traceHash: '0'.repeat(16) };
  const result = judged({ virtual, expect: ['harness.lag.max == 0'], journal: phaseEvents([]) });
  expect(result.harness.lagMs).toEqual({ p50: 0, p99: 0, max: 0 });
  expect(result.verdict).toBe('pass');
});

test('a lab that was late is not the fault of the peers', () => {
  const late: JournalEvent = { kind: 'harness', atUs: 9, lagUs: 200_000, rssBytes: 1 };
  const journal = phaseEvents([[late]]);
  expect(judged({ journal, expect: ['harness.lag.max <= 50ms'] }).verdict).toBe('harness-bound');
});

const GROUP: PeerGroup = { name: 'peer', count: 1, run: null, behavior: null, known: null };

interface Parts extends Pick<PlanParts, 'peers'> {
  readonly phases?: readonly Phase[];
  readonly groups?: readonly PeerGroup[];
  readonly expect?: readonly string[];
  readonly journal: readonly JournalEvent[];
  readonly error?: string;
  readonly isHarnessBound?: boolean;
  readonly virtual?: Result['virtual'];
}

function judged({
  phases = [phaseOf()],
  groups,
  expect: lines = [],
  journal,
  error,
  isHarnessBound,
  virtual,
  peers,
}: Parts): Result {
  const names = phases.map(({ name }) => name);
  const expected = expectationsOf(lines, names, groups);
  const scenario = { phases, expect: expected, ...(groups && { groups }) };
  const images = [{ owners: [1], sha256: RIGHT }];
  const plan = planOf({ scenario, images, ...(peers && { peers }) });
  const figures = new Figures(plan);
  const truth = new GroundTruth(plan, (judgement) => figures.judged(judgement));
  for (const event of journal) {
    figures.write(event);
    truth.write(event);
  }
  truth.finish();
  return judge(plan, figures, truth, {
    runner: 'loopback',
    wallSeconds: 1,
    error: error ?? null,
    ...(isHarnessBound && { isHarnessBound }),
    virtual: virtual ?? null,
    environment: {
      imagemesh: '0.1.0',
      node: 'v24',
      system: 'linux',
      processor: 'CPU',
      startedAt: '2026-11-23T09:16:40.000Z',
    },
  });
}

/** A phase of a second with these events in it. */
function phaseEvents(
  events: readonly (readonly JournalEvent[])[],
  { phase = 0, isComplete = true } = {},
): JournalEvent[] {
  return [
    { kind: 'phase-start', atUs: phase * SECOND, phase },
    ...events.flat(),
    { kind: 'phase-end', atUs: (phase + 1) * SECOND, phase, isComplete },
  ];
}

/** A request of peer-1 for image-0 and its end. */
function request(number: number, done: Partial<RequestDone>, phase = 0): JournalEvent[] {
  const atUs = phase * SECOND + 100_000;
  return [
    { kind: 'due', atUs, request: number, phase, peer: 0, image: 0 },
    {
      kind: 'done',
      atUs: atUs + 1_000,
      request: number,
      outcome: 'found',
      from: 1,
      sizeBytes: 0,
      sha256: '',
      attempts: [],
      ...done,
    },
  ];
}

function leftBehind(peer: number, what: string): JournalEvent {
  return { kind: 'left-behind', atUs: 9 * SECOND, peer, what };
}
