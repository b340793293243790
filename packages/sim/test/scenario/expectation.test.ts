import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExpectation } from '../../src/scenario/expectation.ts';
import type { Subjects } from '../../src/scenario/figure-ref.ts';
import { FIGURE_HEADS, FIGURES } from '../../src/scenario/figures.ts';

const ONE_GROUP: Subjects = {
  phases: ['discover', 'steady'],
  groups: [{ name: 'peer', count: 10 }],
};

const TWO_GROUPS: Subjects = {
  phases: ['warm-up', 'steady'],
  groups: [
    { name: 'server', count: 5 },
    { name: 'visitor', count: 15 },
  ],
};

describe('a figure and a value', () => {
  test.each([
    ['discover.time <= 5s', 'discover', 'time', '<=', 5_000_000],
    ['requests.success >= 99%', null, 'requests.success', '>=', 0.99],
    ['steady.latency.p999<250ms', 'steady', 'latency.p999', '<', 250_000],
    ['steady.throughput >= 10MB/s', 'steady', 'throughput', '>=', 10_000_000],
    ['requests.rate > 5/s', null, 'requests.rate', '>', 5],
    ['memory.peakRss < 1GiB', null, 'memory.peakRss', '<', 2 ** 30],
    ['memory.peakRss < 1 GiB', null, 'memory.peakRss', '<', 2 ** 30],
    ['healed.discovery.time < 5s', null, 'healed.discovery.time', '<', 5_000_000],
    ['discovery.complete != false', null, 'discovery.complete', '!=', 0],
    ['  requests.wrong == 0  ', null, 'requests.wrong', '==', 0],
    ['latency.max <= 0', null, 'latency.max', '<=', 0],
  ])('%j is understood', (text, phase, figure, comparison, value) => {
    expect(parseExpectation(text, ONE_GROUP)).toEqual({
      expectation: { text, phase, group: null, peer: null, figure, comparison, value, terms: [] },
    });
  });

  test.each([
    ['hello', 0, 'expected a figure, a comparison and a value, such as latency.p99 <= 250ms'],
    [
      'throughput >=',
      0,
      'expected a figure, a comparison and a value, such as latency.p99 <= 250ms',
    ],
    ['time <= 5s', 0, 'time exists for a phase only, write discover.time or steady.time'],
    [' throughptu >= 5MB/s', 1, 'unknown figure "throughptu", did you mean "throughput"?'],
    ['stedy.throughput >= 5MB/s', 0, 'unknown phase "stedy", did you mean "steady"?'],
    ['elsewhere.time >= 5s', 0, 'unknown phase "elsewhere", expected discover or steady'],
    [
      'steady.latency.p98 >= 5s',
      0,
      'unknown figure "latency.p98", did you mean "steady.latency.p90" or "steady.latency.p99"?',
    ],
    [
      'heald.discovery.time <= 5s',
      0,
      'unknown figure "heald.discovery.time", did you mean "healed.discovery.time"?',
    ],
    [
      'steady.heald.discovery.time <= 5s',
      0,
      'unknown figure "heald.discovery.time", did you mean "steady.healed.discovery.time"?',
    ],
    ['discovr.time <= 5s', 0, 'unknown phase "discovr", did you mean "discover"?'],
    ['discovry.time <= 5s', 0, 'unknown figure "discovry.time", did you mean "discovery.time"?'],
    [
      'stedy.throughptu >= 5MB/s',
      0,
      'unknown figure "stedy.throughptu", did you mean "steady.throughput"?',
    ],
    [
      'steady.discovery.time <= 5s',
      0,
      'discovery.time exists for the whole run only, write it without "steady."',
    ],
    [
      'latency <= 1s',
      0,
      'unknown figure "latency", expected latency.p50, latency.p90, latency.p99, latency.p999, latency.max or latency.mean',
    ],
    ['250ms >= latency.p99', 0, 'a figure stands on the left of the comparison, got "250ms"'],
    ['requests.wrong ≤ 0', 15, 'unknown comparison "≤", did you mean "<="?'],
    ['latency.p99 <= 2 * latency.p50+5ms', 30, 'a "+" stands between spaces'],
    ['requests.wrong = 0', 15, 'unknown comparison "=", did you mean "=="?'],
    ['requests.wrong === 0', 15, 'unknown comparison "===", did you mean "=="?'],
    ['requests.wrong >> 0', 15, 'unknown comparison ">>", expected <, <=, ==, !=, >= or >'],
    [
      'requests.wrong == 0.5',
      18,
      'requests.wrong is a count, expected a whole number such as 0, got "0.5"',
    ],
    ['latency.p99 <= 250', 15, 'latency.p99: 250 has no unit, write 250ms or 250s'],
    [
      'latency.p99 <= fast',
      15,
      'latency.p99: expected a duration such as 20ms or 10s or a figure, got "fast"',
    ],
    ['discovery.complete == yes', 22, 'discovery.complete is true or false, got "yes"'],
    [
      'discovery.complete >= true',
      22,
      'discovery.complete is true or false, it can only be compared with == or !=',
    ],
  ])('%j is refused', (text, offset, problem) => {
    expect(parseExpectation(text, ONE_GROUP)).toEqual({ offset, problem });
  });
});

describe('a figure of a part of the run', () => {
  test.each([
    ['visitor.latency.p99', null, 'visitor', null, 'latency.p99'],
    ['steady.visitor.latency.p99', 'steady', 'visitor', null, 'latency.p99'],
    ['all-groups.throughput', null, 'all-groups', null, 'throughput'],
    ['any-phase.time', 'any-phase', null, null, 'time'],
    ['all-phases.any-group.requests.rate', 'all-phases', 'any-group', null, 'requests.rate'],
    ['all-peers.requests.success', null, null, 'all-peers', 'requests.success'],
    ['steady.visitor.any-peer.requests.due', 'steady', 'visitor', 'any-peer', 'requests.due'],
    ['visitor-15.requests.wrong', null, null, 'visitor-15', 'requests.wrong'],
    ['all-peers.known', null, null, 'all-peers', 'known'],
    ['server.messages.sent', null, 'server', null, 'messages.sent'],
  ])('%s is understood', (name, phase, group, peer, figure) => {
    const { unit } = FIGURES.find((each) => each.name === figure)!;
    const value = { time: '1s', share: '9%', count: '9', rate: '9/s', bytesPerSecond: '9B/s' }[
      unit as 'time'
    ];
    expect(parseExpectation(`${name} <= ${value}`, TWO_GROUPS)).toMatchObject({
      expectation: { phase, group, peer, figure },
    });
  });

  test.each([
    ['vistor.latency.p99', 'unknown group "vistor", did you mean "visitor"?'],
    ['steady.visitr.latency.p99', 'unknown group "visitr", did you mean "visitor"?'],
    ['steady.all-group.latency.p99', 'unknown group "all-group", did you mean "all-groups"?'],
    ['visitor-99.requests.due', 'unknown peer "visitor-99", the last of its group is "visitor-15"'],
    [
      'elsewhere.latency.p99',
      'unknown phase or group "elsewhere", expected warm-up, steady, server or visitor',
    ],
    [
      'visitor.steady.latency.p99',
      'write "steady.visitor.latency.p99": first the phase, then the group, then the peer',
    ],
    ['steady', '"steady" is no figure, write one behind it, such as steady.latency.p99'],
    [
      'steady.visitor.all-peers',
      '"steady.visitor.all-peers" is no figure, write one behind it, such as steady.visitor.all-peers.requests.success',
    ],
    ['steady.warm-up.latency.p99', '"warm-up" is a second phase beside "steady"'],
    ['all.latency.p99', '"all" of what? write all-phases, all-groups or all-peers'],
    ['steady.any.latency.p99', '"any" of what? write any-phase, any-group or any-peer'],
    ['visitor.latency.p89', 'unknown figure "latency.p89", did you mean "visitor.latency.p99"?'],
    [
      'visitor.discovery.time',
      'discovery.time is of all peers together, write it without "visitor."',
    ],
    [
      'all-peers.latency.p99',
      'latency.p99 is not taken for single peers, write it without "all-peers."',
    ],
    [
      'known',
      'known exists for single peers only, write server-1.known, all-peers.known or any-peer.known',
    ],
    [
      'steady.discovery.stale',
      'discovery.stale exists for the whole run only, write it without "steady."',
    ],
    [
      'visitor.discovery.time90',
      'discovery.time90 is of all peers together, write it without "visitor."',
    ],
    [
      'visitor-3.harness.lag.max',
      'harness.lag.max is of all peers together, write it without "visitor-3."',
    ],
    [
      'visitor-3.duplicate.bytes',
      'duplicate.bytes is not taken for single peers, write it without "visitor-3."',
    ],
    ['steady.bytes.sent', 'bytes.sent exists for the whole run only, write it without "steady."'],
    [
      'discovery.time95',
      'unknown figure "discovery.time95", did you mean "discovery.time90" or "discovery.time99"?',
    ],
    [
      'messages.sent.HELLO',
      'unknown figure "messages.sent.HELLO", did you mean "messages.sent.hello"?',
    ],
    ['steady.all-peers.known', 'known exists for the whole run only, write it without "steady."'],
  ])('%s is refused', (name, problem) => {
    expect(parseExpectation(`${name} <= 1s`, TWO_GROUPS)).toEqual({ offset: 0, problem });
  });

  test('is not guessed where a name is that of two things', () => {
    const subjects = { phases: ['visitor'], groups: TWO_GROUPS.groups };
    expect(parseExpectation('visitor.latency.p99 <= 1s', subjects)).toEqual({
      offset: 0,
      problem: '"visitor" is a phase and a group, call one of them otherwise',
    });
  });

  test('comes after a figure that has the same name', () => {
    const subjects = { phases: [], groups: [{ name: 'discovery', count: 1 }] };
    expect(parseExpectation('discovery.time <= 1s', subjects)).toMatchObject({
      expectation: { group: null, figure: 'discovery.time' },
    });
  });

  test('lists a few names only, if there are many', () => {
    const phases = Array.from({ length: 300 }, (_, number) => `phase-${number}`);
    const parsed = parseExpectation('nowhere.time <= 1s', { phases, groups: [] });
    expect(parsed).toMatchObject({ problem: expect.stringMatching(/^.{20,140}$/) });
  });
});

describe('a figure and another one', () => {
  const WARM_UP = { phase: 'warm-up', group: null, peer: null };

  test.each([
    ['3 * warm-up.latency.p99', 0, [{ ...WARM_UP, figure: 'latency.p99', factor: 3 }]],
    ['warm-up.latency.p99*3', 0, [{ ...WARM_UP, figure: 'latency.p99', factor: 3 }]],
    ['150% * warm-up.latency.p50', 0, [{ ...WARM_UP, figure: 'latency.p50', factor: 1.5 }]],
    ['warm-up.latency.p99 + 10ms', 10_000, [{ ...WARM_UP, figure: 'latency.p99', factor: 1 }]],
    ['10ms + warm-up.latency.p99', 10_000, [{ ...WARM_UP, figure: 'latency.p99', factor: 1 }]],
    [
      '2 * warm-up.latency.p99 - 10 ms - server.latency.mean',
      -10_000,
      [
        { ...WARM_UP, figure: 'latency.p99', factor: 2 },
        { phase: null, group: 'server', peer: null, figure: 'latency.mean', factor: -1 },
      ],
    ],
  ])('%s is understood', (written, value, terms) => {
    expect(parseExpectation(`steady.latency.p99 <= ${written}`, TWO_GROUPS)).toMatchObject({
      expectation: { phase: 'steady', figure: 'latency.p99', value, terms },
    });
  });

  test('may be counts with a share as the factor', () => {
    expect(parseExpectation('requests.failed <= 1% * requests.due', TWO_GROUPS)).toMatchObject({
      expectation: { value: 0, terms: [{ figure: 'requests.due', factor: 0.01 }] },
    });
  });

  test.each([
    ['3 * warmup.latency.p99', 26, 'unknown phase "warmup", did you mean "warm-up"?'],
    [
      '10ms + warm-up.latency.p98',
      29,
      'unknown figure "latency.p98", did you mean "warm-up.latency.p90" or "warm-up.latency.p99"?',
    ],
    ['2 * requests.rate', 26, 'requests.rate is a rate, latency.p99 is a duration'],
    ['discovery.complete', 22, 'discovery.complete is true or false, latency.p99 is a duration'],
    ['all-groups.latency.p99', 22, '"all-groups" can stand on the left of a comparison only'],
    [
      '2 * 3 * latency.p99',
      22,
      'expected a number and a figure such as 3 * latency.p99, got "2 * 3 * latency.p99"',
    ],
    [
      'latency.p50 * latency.p99',
      22,
      'expected a number and a figure such as 3 * latency.p99, got "latency.p50 * latency.p99"',
    ],
    ['latency.p50 + 10', 36, 'latency.p99: 10 has no unit, write 10ms or 10s'],
    [
      'latency.p50 / 2',
      22,
      'expected a duration such as 20ms or 10s or a sum, got "latency.p50 / 2"',
    ],
  ])('%s is refused', (written, offset, problem) => {
    expect(parseExpectation(`steady.latency.p99 <= ${written}`, TWO_GROUPS)).toEqual({
      offset,
      problem,
    });
  });
});

test('every figure has a name of its own and one sentence', () => {
  expect(new Set(FIGURES.map((each) => each.name)).size).toBe(FIGURES.length);
  for (const { description } of FIGURES) expect(description).toMatch(/^[A-Z].*\.$/);
  expect([...FIGURE_HEADS]).toEqual([
    'requests',
    'latency',
    'throughput',
    'attempts',
    'duplicate',
    'time',
    'discovery',
    'healed',
    'known',
    'messages',
    'bytes',
    'left',
    'harness',
    'memory',
  ]);
});

test('whatever a line holds, it is understood, or refused at a place in it', () => {
  const word = fc.constantFrom(
    ...['steady', 'visitor', 'visitor-3', 'all-peers', 'any-phase', 'latency.p99', 'requests.due'],
    ...[
      '.',
      ' ',
      '*',
      ' + ',
      ' - ',
      '<=',
      '==',
      '3',
      '90%',
      '10ms',
      'true',
      'time',
      'x',
      '__proto__',
    ],
  );
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 12 }).map((words) => words.join('')),
      (text) => {
        const parsed = parseExpectation(text, TWO_GROUPS);
        if ('expectation' in parsed) {
          expect(Number.isFinite(parsed.expectation.value)).toBe(true);
          return;
        }
        expect(parsed.problem).not.toBe('');
        expect(parsed.offset).toBeGreaterThanOrEqual(0);
        expect(parsed.offset).toBeLessThanOrEqual(text.length);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a figure that is near to none is told how figures begin', () => {
  const parsed = parseExpectation('weather.rain <= 5', { phases: ['steady'], groups: [] });
  expect(parsed).toHaveProperty('problem');
  const { problem } = parsed as { problem: string };
  expect(problem).toMatch(
    /^unknown figure "weather\.rain", expected one that begins with requests, /,
  );
  for (const head of FIGURE_HEADS) expect(problem).toContain(head);
});
