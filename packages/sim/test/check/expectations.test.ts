import { describe, expect, test } from 'vitest';
import { checkExpectations, success, type Measured } from '../../src/check/expectations.ts';
import type { ExpectationResult } from '../../src/result/result.ts';
import { FIGURES, type FigureUnit } from '../../src/scenario/figures.ts';
import { expectationsOf, phaseOf, scenarioOf } from '../plans.ts';
import { counts, PASSING } from '../report/results.ts';

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
  const names = FIGURES.flatMap(({ name, scope, unit }) => [
    ...(scope === 'phase' ? [] : [[name, unit] as const]),
    ...(scope === 'run' ? [] : [[`steady.${name}`, unit] as const]),
  ]);

  test.each(names)('%s is measured in a run that has it', (name, unit) => {
    const [result] = held([`${name} == ${VALUES[unit]}`], PASSING);
    expect(result!.measured).not.toBeNull();
    expect(Number.isFinite(result!.measured)).toBe(true);
    expect(result!.shown).not.toMatch(/not measured|undefined|NaN/);
  });

  test.each(names)('%s never holds where it was not measured', (name, unit) => {
    const nothing: Measured = {
      ...PASSING,
      requests: counts(0),
      latencyMs: null,
      discovery: { ...PASSING.discovery, complete: false, seconds: null },
      phases: [],
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
    ['memory.peakRss', 212_400_000],
    ['discover.time', 312_000],
    ['warm-up.requests.due', 52],
    ['warm-up.requests.rate', 52],
  ])('%s is in its base unit', (name, value) => {
    const { unit } = FIGURES.find((one) => name.endsWith(one.name))!;
    const [result] = held([`${name} == ${VALUES[unit]}`], PASSING);
    expect(result!.measured).toBeCloseTo(value, 6);
  });

  test('time is not measured for a phase that did not come to its end', () => {
    const phases = PASSING.phases.map((phase) => ({ ...phase, complete: false }));
    const [result] = held(['discover.time <= 5s'], { ...PASSING, phases });
    expect(result).toMatchObject({ holds: false, measured: null });
  });
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
  expect(held(lines, PASSING)).toEqual([
    { text: lines[0], holds: true, measured: 0, shown: '0', line: 1 },
    { text: lines[1], holds: true, measured: 312_000, shown: expect.any(String), line: 2 },
  ]);
});

test('success leaves excused requests out, and is no figure when there are no others', () => {
  expect(success(counts(10))).toBe(1);
  expect(success(counts(10, { wrong: 1, excused: 5, failed: 1 }))).toBe(0.6);
  expect(success(counts(3, { excused: 3 }))).toBeNull();
  expect(success(counts(0))).toBeNull();
});

function held(lines: readonly string[], measured: Measured): ExpectationResult[] {
  const phases = PASSING.phases.map(({ name }) => phaseOf({ name }));
  const names = phases.map(({ name }) => name);
  return checkExpectations(scenarioOf({ phases, expect: expectationsOf(lines, names) }), measured);
}
