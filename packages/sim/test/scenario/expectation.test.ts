import { expect, test } from 'vitest';
import { parseExpectation } from '../../src/scenario/expectation.ts';
import { FIGURE_HEADS, FIGURES } from '../../src/scenario/figures.ts';

const PHASES = ['discover', 'steady'];

test.each([
  ['discover.time <= 5s', 'discover', 'time', '<=', 5_000_000],
  ['requests.success >= 99%', null, 'requests.success', '>=', 0.99],
  ['steady.latency.p999<250ms', 'steady', 'latency.p999', '<', 250_000],
  ['steady.throughput >= 10MB/s', 'steady', 'throughput', '>=', 10_000_000],
  ['requests.rate > 5/s', null, 'requests.rate', '>', 5],
  ['memory.peakRss < 1GiB', null, 'memory.peakRss', '<', 2 ** 30],
  ['discovery.complete != false', null, 'discovery.complete', '!=', 0],
  ['  requests.wrong == 0  ', null, 'requests.wrong', '==', 0],
  ['latency.max <= 0', null, 'latency.max', '<=', 0],
])('%j is understood', (text, phase, figure, comparison, value) => {
  expect(parseExpectation(text, PHASES)).toEqual({
    expectation: { text, phase, figure, comparison, value },
  });
});

test.each([
  ['hello', 0, 'expected a figure, a comparison and a value, such as latency.p99 <= 250ms'],
  ['throughput >=', 0, 'expected a figure, a comparison and a value, such as latency.p99 <= 250ms'],
  ['time <= 5s', 0, 'time exists for a phase only, write discover.time or steady.time'],
  [' throughptu >= 5MB/s', 1, 'unknown figure "throughptu", did you mean "throughput"?'],
  ['nothing.like.it == 0', 0, 'unknown figure "nothing.like.it"'],
  ['stedy.throughput >= 5MB/s', 0, 'unknown phase "stedy", did you mean "steady"?'],
  ['elsewhere.time >= 5s', 0, 'unknown phase "elsewhere", expected discover or steady'],
  [
    'steady.latency.p98 >= 5s',
    0,
    'unknown figure "latency.p98" of phase "steady", did you mean "steady.latency.p90"?',
  ],
  [
    'steady.discovery.time <= 5s',
    0,
    'discovery.time exists for the whole run only, write it without "steady."',
  ],
  ['requests.wrong = 0', 15, 'unknown comparison "=", did you mean "=="?'],
  ['requests.wrong === 0', 15, 'unknown comparison "===", did you mean "=="?'],
  ['requests.wrong >> 0', 15, 'unknown comparison ">>", expected <, <=, ==, !=, >= or >'],
  [
    'requests.wrong == 0.5',
    18,
    'requests.wrong is a count, expected a whole number such as 0, got "0.5"',
  ],
  ['latency.p99 <= 250', 15, 'latency.p99: 250 has no unit, write 250ms or 250s'],
  ['discovery.complete == yes', 22, 'discovery.complete is true or false, got "yes"'],
  [
    'discovery.complete >= true',
    22,
    'discovery.complete is true or false, it can only be compared with == or !=',
  ],
])('%j is refused', (text, offset, problem) => {
  expect(parseExpectation(text, PHASES)).toEqual({ offset, problem });
});

test('every figure has a name of its own and one sentence', () => {
  expect(new Set(FIGURES.map((each) => each.name)).size).toBe(FIGURES.length);
  for (const { description } of FIGURES) expect(description).toMatch(/^[A-Z].*\.$/);
  expect([...FIGURE_HEADS]).toEqual([
    'requests',
    'latency',
    'throughput',
    'time',
    'discovery',
    'memory',
  ]);
});
