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

type Messages = Readonly<Record<string, number>>;

/** The run in which the first peer sent and got other numbers of some types; the second peer does not tell. */
function withMessages(sent: Messages, received: Messages = {}): ComparedRun {
  const [first, second, ...others] = PASSING.perPeer;
  const told = {
    ...first!,
    sent: { ...first!.sent!, ...sent },
    received: { ...first!.received!, ...received },
  };
  return runOf({ perPeer: [told, { ...second!, sent: null, received: null }, ...others] });
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
  test('is equal in a run and itself, and times and rates stand side by side', () => {
    const rows = compareResults([PLAIN, PLAIN]);
    expect(rows.map(({ what, unit, agreement }) => `${what}: ${unit} ${agreement}`)).toEqual([
      'requests due: count same',
      'correct: count same',
      'wrong: count same',
      'excused: count same',
      'failed: count same',
      'pairs that know each other: count same',
      'who knows whom: count same',
      'images sent (RES): count same',
      'requests sent (REQ): count same',
      'denials sent (ERR): count same',
      'requests without an answer: count same',
      'greetings sent (HELLO): count same',
      'lists sent (PEERS): count same',
      'greetings without a list: count same',
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

  test('has the request messages that nobody answered, as those count them who sent them', () => {
    const answered = withMessages({ REQ: 10, ERR: 9 }, { RES: 7, ERR: 3 });
    const less = withMessages({ REQ: 10, ERR: 8 }, { RES: 7, ERR: 2 });
    expect(differing(answered, less)).toEqual(['requests without an answer']);
    expect(row('requests without an answer', answered, less)).toMatchObject({ values: [0, 1] });
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

describe('what chance and the clock settle', () => {
  /** The run of so many seconds and requests of peers that know nine others; the first counts messages. */
  function ofMessages(sent: Messages, seconds = 10, due = 1_000): ComparedRun {
    const requests = counts(due);
    const phases = [{ ...PASSING.phases[0]!, requests }];
    const { perPeer } = withMessages(
      { HELLO: 0, PEERS: 0, ...sent },
      { PEERS: sent['HELLO'] ?? 0, RES: 0, ERR: sent['REQ'] ?? 0 },
    ).result;
    const others = perPeer.slice(1).map((peer) => ({ ...peer, sent: null, received: null }));
    return runOf({ phases, runSeconds: seconds, perPeer: [perPeer[0]!, ...others] });
  }

  test('is as close as chance brings it, or different', () => {
    const runs = [ofMessages({ REQ: 4_000 }), ofMessages({ REQ: 4_100 })];
    expect(row('requests sent (REQ)', ...runs)).toEqual({
      what: 'requests sent (REQ)',
      values: [4_000, 4_100],
      unit: 'count',
      agreement: 'chance',
    });
    expect(parityReport(runs).agreement).toBe('same');
  });

  test.each([
    // One of nine asked varies by 20/3: five deviations of the difference are 0.577 of 1,000 requests.
    ['requests sent (REQ)', 'REQ', 5_570, []],
    ['requests sent (REQ)', 'REQ', 5_585, ['requests sent (REQ)']],
    ['requests sent (REQ)', 'REQ', 8_000, ['requests sent (REQ)']],
    ['denials sent (ERR)', 'ERR', 5_570, []],
    ['denials sent (ERR)', 'ERR', 8_000, ['denials sent (ERR)']],
    ['greetings sent (HELLO)', 'HELLO', 8_000, []],
    ['greetings sent (HELLO)', 'HELLO', 8_010, ['greetings sent (HELLO)']],
    ['greetings sent (HELLO)', 'HELLO', 12_000, ['greetings sent (HELLO)']],
    ['lists sent (PEERS)', 'PEERS', 8_000, []],
    ['lists sent (PEERS)', 'PEERS', 12_000, ['lists sent (PEERS)']],
  ] as const)('%s: 4,000 %s in one world and %i in another', (what, type, count, found) => {
    const runs = [ofMessages({ [type]: 4_000 }), ofMessages({ [type]: count })];
    expect(differing(...runs)).toEqual(found);
    expect(differing(...runs.toReversed())).toEqual(found);
    expect(row(what, ...runs)).toMatchObject({ values: [4_000, count] });
  });

  test('is held against every other run, not only against the first', () => {
    const runs = [400, 250, 700].map((count) => ofMessages({ HELLO: count }));
    expect(differing(...runs.slice(0, 2))).toEqual([]);
    expect(differing(runs[0]!, runs[2]!)).toEqual([]);
    expect(differing(...runs)).toEqual(['greetings sent (HELLO)']);
  });

  test('varies more in a short run', () => {
    const runs = (due: number): readonly ComparedRun[] =>
      [4, 6].map((each) => ofMessages({ REQ: due * each }, 10, due));
    expect(differing(...runs(50))).toEqual([]);
    expect(differing(...runs(1_000))).toEqual(['requests sent (REQ)']);
  });

  test('of greetings are more in a longer run, and no fewer', () => {
    const short = ofMessages({ HELLO: 100 }, 5);
    for (const count of [60, 300, 600]) {
      expect(differing(short, ofMessages({ HELLO: count }, 15))).toEqual([]);
    }
    for (const count of [40, 650]) {
      expect(differing(ofMessages({ HELLO: count }, 15), short)).toEqual([
        'greetings sent (HELLO)',
      ]);
    }
  });

  test('of greetings has those that the end of a run cuts off, a few', () => {
    const what = 'greetings without a list';
    const cut = (count: number): ComparedRun => withMessages({ HELLO: 12 + count }, { PEERS: 12 });
    expect(row(what, cut(0), cut(5))).toMatchObject({ values: [0, 5], agreement: 'chance' });
    expect(row(what, cut(0), cut(6))).toMatchObject({ agreement: 'different' });
    const many = (count: number): ComparedRun =>
      withMessages({ HELLO: 1_000 }, { PEERS: 1_000 - count });
    expect(row(what, many(0), many(50))).toMatchObject({ agreement: 'chance' });
    expect(row(what, many(0), many(60))).toMatchObject({ agreement: 'different' });
  });
});

describe('what stands side by side', () => {
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
    for (const what of ['requests due', 'correct']) {
      expect(agreementOn(what, PACED, ...runs)).toBe('ratio');
    }
    expect(parityReport(runs, PACED).agreement).toBe('same');
    expect(agreementOn('failed', PACED, ofDue(1_936), ofDue(491, { failed: 1 }))).toBe('different');
  });

  test('messages stand side by side where peers may have sent them in vain', () => {
    const more = { RES: 9, REQ: 900, ERR: 900, HELLO: 900, PEERS: 900 };
    const rows = compareResults([withMessages({}), withMessages(more)], TROUBLED);
    const messages = rows.filter(({ what }) => what.endsWith(')'));
    expect(messages.map(({ agreement }) => agreement)).toEqual(Array(5).fill('ratio'));
    expect(rows.some(({ what }) => what.includes('without'))).toBe(false);
  });

  test('where few others are kept, a few requests may find no owner, but none may fail', () => {
    const few = [ofDue(59), ofDue(59, { correct: 57, excused: 2 })];
    for (const what of ['correct', 'excused']) {
      expect(agreementOn(what, PARTIAL, ...few)).toBe('close');
      expect(agreementOn(what, NO_SLACK, ...few)).toBe('different');
    }
    const many = [ofDue(59), ofDue(59, { correct: 39, excused: 20 })];
    expect(agreementOn('excused', PARTIAL, ...many)).toBe('different');
    const failing = [ofDue(59), ofDue(59, { correct: 58, failed: 1 })];
    expect(agreementOn('failed', PARTIAL, ...failing)).toBe('different');
  });

  test('images may be sent twice for a request where answers take long, not for each', () => {
    const of = (due: number, images: number): ComparedRun => {
      const { phases } = ofDue(due).result;
      return runOf({ phases, perPeer: withMessages({ RES: images }).result.perPeer });
    };
    const what = 'images sent (RES)';
    for (const slack of [NO_SLACK, PACED]) {
      expect(agreementOn(what, slack, of(2_000, 1_900), of(500, 470))).toBe('chance');
      expect(agreementOn(what, slack, of(2_000, 1_900), of(500, 680))).toBe('chance');
      expect(agreementOn(what, slack, of(2_000, 1_900), of(500, 150))).toBe('different');
      expect(agreementOn(what, slack, of(2_000, 1_900), of(500, 950))).toBe('different');
    }
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

  test('is the same where messages differ by chance, and different where an outcome does', () => {
    expect(parityReport([withMessages({ ERR: 1 }), withMessages({ ERR: 2 })]).agreement).toBe(
      'same',
    );
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
      perPeer: PASSING.perPeer.map((peer, i) =>
        i > 0 ? peer : { ...peer, sent: { ...peer.sent!, HELLO: 16 } },
      ),
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
    expect(cells('denials')).toEqual(['denials sent (ERR)', '0', '0', '✓ same']);
    expect(cells('greetings')).toEqual([
      'greetings sent (HELLO)',
      '120',
      '124',
      '✓ as close as chance',
    ]);
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
