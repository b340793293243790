import { describe, expect, test } from 'vitest';
import {
  compareResults,
  NO_SLACK,
  parityReport,
  slackOf,
  type ComparedRun,
  type Slack,
} from '../../src/check/parity.ts';
import { renderParity, renderParityVerdict } from '../../src/report/parity-table.ts';
import type { RequestCounts, Result } from '../../src/result/result.ts';
import type { Fault, PeerGroup } from '../../src/scenario/scenario.ts';
import { phaseOf, requestsOf, scenarioOf } from '../plans.ts';
import { counts, PASSING } from '../report/results.ts';

function runOf(result: Partial<Result>, knowledge = 'a'): ComparedRun {
  return { result: { ...PASSING, ...result }, knowledge };
}

/** The run with the counts of one phase changed. */
function withCounts(phase: number, changed: Partial<RequestCounts>): ComparedRun {
  const phases = PASSING.phases.map((one, i) =>
    i === phase ? { ...one, requests: { ...one.requests, ...changed } } : one,
  );
  return runOf({ phases });
}

/** The run in which the first peer sent more of a type; the second peer does not tell. */
function withSent(sent: Readonly<Record<string, number>>): ComparedRun {
  const [first, second, ...others] = PASSING.perPeer;
  const told = { ...first!, sent: { ...first!.sent!, ...sent } };
  return runOf({ perPeer: [told, { ...second!, sent: null }, ...others] });
}

function differing(...runs: readonly ComparedRun[]): readonly string[] {
  const rows = compareResults(runs).filter(({ agreement }) => agreement === 'different');
  return rows.map(({ what }) => what);
}

function row(what: string, ...runs: readonly ComparedRun[]): unknown {
  return compareResults(runs).find((one) => one.what === what);
}

const PLAIN = runOf({});
const USERS = requestsOf({
  load: { kind: 'users', users: 2, think: { kind: 'constant', value: 0 } },
});

function group(count: number, part: Partial<PeerGroup> = {}): PeerGroup {
  return { name: 'peer', count, run: null, behavior: null, known: null, ...part };
}

describe('what must be equal', () => {
  test('is equal in a run and itself, and the rest stands side by side', () => {
    const rows = compareResults([PLAIN, PLAIN]);
    expect(rows.map(({ what, unit, agreement }) => `${what}: ${unit} ${agreement}`)).toEqual([
      'requests due: count same',
      'correct: count same',
      'wrong: count same',
      'excused: count same',
      'failed: count same',
      'images sent (RES): count same',
      'pairs that know each other: count same',
      'who knows whom: count same',
      'requests sent (REQ): count ratio',
      'denials sent (ERR): count ratio',
      'greetings sent (HELLO): count ratio',
      'lists sent (PEERS): count ratio',
      'discovery: ms ratio',
      'latency p50: ms ratio',
      'latency p99: ms ratio',
      'requests/s: perSecond ratio',
      'throughput: bytesPerSecond ratio',
    ]);
  });

  test.each([
    ['requests due', 'due', 1_092],
    ['correct', 'correct', 1_092],
    ['wrong', 'wrong', 0],
    ['excused', 'excused', 0],
    ['failed', 'failed', 0],
  ] as const)('has the row %s, of all phases, measured or not', (what, key, all) => {
    for (const phase of [0, 1, 2]) {
      const own = PASSING.phases[phase]!.requests[key];
      const other = withCounts(phase, { [key]: own + 1 });
      expect(differing(PLAIN, other)).toEqual([what]);
      expect(row(what, PLAIN, other)).toEqual({
        what,
        values: [all, all + 1],
        unit: 'count',
        agreement: 'different',
      });
    }
  });

  test('is not taken from the counts of the whole run, which leave phases out', () => {
    expect(differing(PLAIN, runOf({ requests: counts(7) }))).toEqual([]);
  });

  test('has the images that were sent', () => {
    expect(differing(withSent({ RES: 4 }), withSent({ RES: 5 }))).toEqual(['images sent (RES)']);
    expect(row('images sent (RES)', withSent({ RES: 4 }), withSent({ RES: 5 }))).toMatchObject({
      values: [4, 5],
    });
  });

  test('has the pairs that know each other', () => {
    const discovery = { ...PASSING.discovery, reachedPairs: 89 };
    const what = 'pairs that know each other';
    expect(differing(PLAIN, runOf({ discovery }))).toEqual([what]);
    expect(row(what, PLAIN, runOf({ discovery }))).toMatchObject({ values: [90, 89] });
  });

  test('has who knows whom, even where their number is the same', () => {
    expect(differing(runOf({}, 'a'), runOf({}, 'b'))).toEqual(['who knows whom']);
    expect(row('who knows whom', runOf({}, 'a'), runOf({}, 'b'))).toMatchObject({
      values: [null, null],
    });
  });

  test('must be equal in every run, not only in the first two', () => {
    expect(differing(PLAIN, PLAIN, withCounts(2, { wrong: 1 }))).toEqual(['wrong']);
    expect(differing(PLAIN, PLAIN, runOf({}, 'b'))).toEqual(['who knows whom']);
    expect(differing(PLAIN, runOf({}, 'b'), PLAIN)).toEqual(['who knows whom']);
  });
});

describe('what stands side by side', () => {
  test.each([
    ['requests sent (REQ)', 'REQ', 0],
    ['denials sent (ERR)', 'ERR', 0],
    ['greetings sent (HELLO)', 'HELLO', 96],
    ['lists sent (PEERS)', 'PEERS', 96],
  ])('has the row %s, without those who do not tell', (what, type, others) => {
    const [less, more] = [withSent({ [type]: 3 }), withSent({ [type]: 8 })];
    expect(differing(less, more)).toEqual([]);
    expect(row(what, less, more)).toEqual({
      what,
      values: [others + 3, others + 8],
      unit: 'count',
      agreement: 'ratio',
    });
  });

  test('has times and rates', () => {
    const slow = runOf({
      discovery: { ...PASSING.discovery, seconds: 0.5 },
      latencyMs: { ...PASSING.latencyMs!, p50: 5, p99: 50 },
      throughput: { requestsPerSecond: 10, bytesPerSecond: 100 },
    });
    expect(differing(PLAIN, slow)).toEqual([]);
    const values = compareResults([slow]).slice(-5);
    expect(values.map((one) => one.values)).toEqual([[500], [5], [50], [10], [100]]);
  });

  test('may not have been taken', () => {
    const quiet = runOf({
      discovery: { ...PASSING.discovery, seconds: null },
      latencyMs: null,
    });
    expect(differing(PLAIN, quiet)).toEqual([]);
    for (const what of ['discovery', 'latency p50', 'latency p99']) {
      expect(row(what, quiet)).toMatchObject({ values: [null] });
    }
  });
});

describe('with slack', () => {
  const TROUBLED: Slack = { ...NO_SLACK, isTroubled: true };
  const FAULTY: Slack = { ...TROUBLED, hasFaults: true };
  const PACED: Slack = { ...NO_SLACK, isPaced: true };
  const PARTIAL: Slack = { ...NO_SLACK, isPartial: true };

  /** A run of one phase with so many requests, of which so many came out so. */
  function ofDue(due: number, changed: Partial<RequestCounts> = {}): ComparedRun {
    const requests = { due, correct: due, wrong: 0, excused: 0, failed: 0, ...changed };
    return runOf({ phases: [{ ...PASSING.phases[0]!, requests }] });
  }

  function agreementOn(what: string, slack: Slack, ...runs: readonly ComparedRun[]): unknown {
    return compareResults(runs, slack).find((one) => one.what === what)?.agreement;
  }

  test.each([
    // A share of 4 %: three deviations of the difference are 15.8 requests.
    [363, 7, 22, 'close'],
    [363, 7, 24, 'different'],
    [42, 0, 5, 'close'],
    [42, 0, 9, 'different'],
    [10_000, 1_000, 1_100, 'close'],
    [10_000, 1_000, 1_150, 'different'],
    [100, 3, 3, 'same'],
  ])('of %i requests, %i and %i failed ones are %s', (due, one, other, agreement) => {
    const runs = [one, other].map((failed) => ofDue(due, { failed, correct: due - failed }));
    expect(agreementOn('failed', TROUBLED, ...runs)).toBe(agreement);
    expect(agreementOn('failed', TROUBLED, ...runs.toReversed())).toBe(agreement);
    expect(agreementOn('correct', TROUBLED, ...runs)).toBe(agreement);
    expect(agreementOn('failed', NO_SLACK, ...runs)).toBe(one === other ? 'same' : 'different');
  });

  test('what faults excuse stands side by side, what they do not is judged', () => {
    const runs = [22, 63].map((excused) => ofDue(239, { excused, correct: 239 - excused }));
    for (const what of ['correct', 'excused']) {
      expect(agreementOn(what, FAULTY, ...runs)).toBe('ratio');
      expect(agreementOn(what, TROUBLED, ...runs)).toBe('different');
    }
    const failing = [0, 30].map((failed) => ofDue(239, { failed, correct: 239 - failed }));
    expect(agreementOn('failed', FAULTY, ...failing)).toBe('different');
  });

  test('what faults excuse is not called the same, and nothing but excuses in one world differs', () => {
    const excused = (...all: number[]): ComparedRun[] =>
      all.map((one) => ofDue(239, { excused: one, correct: 239 - one }));
    expect(parityReport(excused(22, 63), FAULTY).agreement).toBe('close');
    expect(parityReport(excused(22, 22), FAULTY).agreement).toBe('same');
    expect(agreementOn('correct', FAULTY, ...excused(0, 239))).toBe('different');
    expect(agreementOn('correct', FAULTY, ...excused(234, 239))).toBe('ratio');
    expect(parityReport([PLAIN, runOf({}, 'b')], PARTIAL).agreement).toBe('close');
  });

  test('every run is held against the first', () => {
    const runs = [7, 7, 60].map((failed) => ofDue(363, { failed }));
    expect(agreementOn('failed', TROUBLED, ...runs)).toBe('different');
  });

  test('a wrong answer in one world alone is a difference whatever went wrong there', () => {
    expect(agreementOn('wrong', FAULTY, ofDue(500), ofDue(500, { wrong: 1 }))).toBe('different');
    const some = [22, 27].map((wrong) => ofDue(83, { wrong }));
    expect(agreementOn('wrong', FAULTY, ...some)).toBe('close');
    expect(agreementOn('wrong', PACED, ofDue(500), ofDue(400, { wrong: 1 }))).toBe('different');
    expect(agreementOn('wrong', PARTIAL, ofDue(500), ofDue(500, { wrong: 1 }))).toBe('different');
  });

  test('fewer requests are a difference, unless answers set the pace', () => {
    const runs = [ofDue(1_936), ofDue(491)];
    expect(agreementOn('requests due', FAULTY, ...runs)).toBe('different');
    for (const what of ['requests due', 'correct', 'images sent (RES)']) {
      expect(agreementOn(what, PACED, ...runs)).toMatch(/ratio|same/);
    }
    expect(parityReport(runs, PACED).agreement).toBe('same');
    expect(agreementOn('failed', PACED, ofDue(1_936), ofDue(491, { failed: 1 }))).toBe('different');
  });

  test('images are counted side by side where peers may have sent them in vain', () => {
    const runs = [withSent({ RES: 4 }), withSent({ RES: 9 })];
    expect(agreementOn('images sent (RES)', TROUBLED, ...runs)).toBe('ratio');
    expect(agreementOn('images sent (RES)', PARTIAL, ...runs)).toBe('different');
  });

  test('pairs may be lost with faults, or with peers that keep a few others, a twentieth of them', () => {
    const runs = (reachedPairs: number): ComparedRun[] => [
      PLAIN,
      runOf({ discovery: { ...PASSING.discovery, reachedPairs } }, 'b'),
    ];
    const what = 'pairs that know each other';
    for (const slack of [FAULTY, PARTIAL]) {
      expect(agreementOn(what, slack, ...runs(86))).toBe('close');
      expect(agreementOn(what, slack, ...runs(85))).toBe('different');
      expect(agreementOn('who knows whom', slack, ...runs(90))).toBe('ratio');
    }
    expect(agreementOn(what, TROUBLED, ...runs(89))).toBe('different');
    expect(agreementOn('who knows whom', TROUBLED, ...runs(90))).toBe('different');
  });

  test('the comparison is close, and says why', () => {
    const runs = [7, 22].map((failed) => ofDue(363, { failed }));
    const report = parityReport(runs, FAULTY);
    expect(report.agreement).toBe('close');
    expect(report.note).toMatch(/^Not all need be equal here: .*moments\.$/);
    const { runners, rows } = report;
    expect(renderParity(runners, rows, { color: false, width: 100 })).toMatch(/failed .*~ close/);
  });

  test.each<[string, Parameters<typeof scenarioOf>[0], Partial<Slack>]>([
    ['nothing special', {}, {}],
    ['a fault', { faults: [{} as Fault] }, { isTroubled: true, hasFaults: true }],
    ['a liar', { groups: [group(3, { behavior: 'wrong-bytes' })] }, { isTroubled: true }],
    ['peers that want to know all', { groups: [group(2, { known: 2 }), group(1)] }, {}],
    [
      'peers that want to know few',
      { groups: [group(3), group(1, { known: 2 })] },
      { isPartial: true },
    ],
    ['more peers than are kept', { groups: [group(66)] }, { isPartial: true }],
    ['users', { phases: [phaseOf(), phaseOf({ requests: [USERS] })] }, { isPaced: true }],
    ['an open loop', { phases: [phaseOf({ requests: [requestsOf()] })] }, {}],
    [
      'requests until all know all',
      { phases: [phaseOf({ until: { known: 'all' }, requests: [requestsOf()] })] },
      { isPaced: true },
    ],
  ])('a scenario with %s has its own', (_, part, slack) => {
    expect(slackOf(scenarioOf(part))).toEqual({ ...NO_SLACK, ...slack });
  });
});

describe('the comparison as a whole', () => {
  const virtual = runOf({ runner: 'virtual' });

  test('names the runners in the order of the values', () => {
    const report = parityReport([virtual, PLAIN]);
    expect(report).toEqual({
      version: 1,
      scenario: 'mesh-10',
      seed: 42,
      runners: ['virtual', 'loopback'],
      agreement: 'same',
      note: null,
      rows: compareResults([virtual, PLAIN]),
    });
  });

  test('is the same where only messages differ, and different where an outcome does', () => {
    expect(parityReport([withSent({ REQ: 1 }), withSent({ REQ: 2 })]).agreement).toBe('same');
    expect(parityReport([virtual, withCounts(1, { failed: 1 })]).agreement).toBe('different');
    expect(parityReport([virtual, runOf({}, 'b')]).agreement).toBe('different');
  });

  test('says everything that differs, in the order of the table', () => {
    const other = { ...withCounts(2, { correct: 1_039, wrong: 1 }), knowledge: 'b' };
    const report = parityReport([virtual, other]);
    expect(renderParityVerdict(report, ['pass', 'fail'])).toBe(
      'DIFFERENT mesh-10 on virtual, loopback: correct, wrong, who knows whom, ' +
        'but loopback: did not pass',
    );
  });

  test('is a table with what differs, and with ratios for the rest', () => {
    const slow = runOf({
      runner: 'loopback',
      discovery: { ...PASSING.discovery, seconds: 0.624, reachedPairs: 89 },
      latencyMs: null,
      throughput: { requestsPerSecond: 104, bytesPerSecond: 27_456_000 },
    });
    const { runners, rows } = parityReport([virtual, slow]);
    const lines = renderParity(runners, rows, { color: false, width: 100 }).split('\n');
    const cells = (what: string): readonly string[] | undefined =>
      lines
        .find((one) => one.trimStart().startsWith(what))
        ?.trim()
        .split(/ {2,}/);
    expect(
      lines
        .find((one) => one.includes('Parity'))
        ?.trim()
        .split(/ {2,}/),
    ).toEqual(['Parity', 'virtual', 'loopback']);
    expect(cells('requests due')).toEqual(['requests due', '1,092', '1,092', '✓ same']);
    expect(cells('pairs')).toEqual(['pairs that know each other', '90', '89', '✗ DIFFERS']);
    expect(cells('who knows')).toEqual(['who knows whom', '–', '–', '✓ same']);
    expect(cells('denials')).toEqual(['denials sent (ERR)', '0', '0', '–']);
    expect(cells('greetings')).toEqual(['greetings sent (HELLO)', '120', '120', '× 1.00']);
    expect(cells('discovery')).toEqual(['discovery', '312 ms', '624 ms', '× 2.00']);
    expect(cells('latency p50')).toEqual(['latency p50', '2.4 ms', '–', '–']);
    expect(cells('requests/s')).toEqual(['requests/s', '208.0/s', '104.0/s', '× 0.50']);
    expect(cells('throughput')).toEqual(['throughput', '13.7 MB/s', '27.5 MB/s', '× 2.00']);
  });

  test('has one ratio for each run after the first', () => {
    const of = (seconds: number | null): ComparedRun =>
      runOf({ discovery: { ...PASSING.discovery, seconds } });
    const { runners, rows } = parityReport([of(0.2), of(0.1), of(null), of(0.3)]);
    const table = renderParity(runners, rows, { color: false, width: 100 });
    expect(table).toMatch(/discovery +200 ms +100 ms +– +300 ms +× 0\.50 {2}– {2}× 1\.50/);
  });
});
