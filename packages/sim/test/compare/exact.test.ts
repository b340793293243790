import { describe, expect, test } from 'vitest';
import { compare } from '../../src/compare/compare.ts';
import type { Comparison } from '../../src/result/comparison.ts';
import { comparisonSchema } from '../../src/compare/comparison-schema.ts';
import { subjectOf } from '../../src/compare/subject.ts';
import type { Result } from '../../src/result/result.ts';
import { VIRTUAL } from '../report/results.ts';
import { reportOf, type GivenRun } from './subjects.ts';

/** All that differs, by name. */
function differences({ figures }: Comparison): Record<string, string> {
  const differing = figures.filter(({ change }) => change !== 'same');
  return Object.fromEntries(differing.map(({ name, change }) => [name, change]));
}

function compared(part: Partial<Result>): Comparison {
  return compare(subjectOf(VIRTUAL, null), subjectOf({ ...VIRTUAL, ...part }, null));
}

describe('a virtual run', () => {
  test('is the same as itself, in every figure', () => {
    const comparison = compared({});
    expect(comparison).toMatchObject({ change: 'same', method: 'exact', notes: [] });
    const names = comparison.figures.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['passed', 'steady.latency.p99', 'discovery.time', 'steady.time']),
    );
    expect(names.filter((name) => /^(memory|harness)/.test(name))).toEqual([]);
  });

  test('takes neither wall clock, memory nor machine into account', () => {
    const environment = { ...VIRTUAL.environment, processor: 'Another × 64' };
    expect(compared({ wallSeconds: 99, memory: { peakRssBytes: 1 }, environment }).change).toBe(
      'same',
    );
  });

  test('with one message more is worse, and the peer is named', () => {
    const [first, ...others] = VIRTUAL.perPeer;
    const sent = { ...first!.sent!, HELLO: first!.sent!['HELLO']! + 1 };
    const messages = VIRTUAL.discovery.messages + 1;
    const comparison = compared({
      perPeer: [{ ...first!, sent }, ...others],
      discovery: { ...VIRTUAL.discovery, messages },
    });
    expect(comparison.change).toBe('worse');
    expect(differences(comparison)).toEqual({
      'discovery.messages': 'worse',
      'messages.sent': 'worse',
      'messages.sent.hello': 'worse',
      'peer-1.messages.sent': 'worse',
      'peer-1.messages.sent.hello': 'worse',
    });
  });

  test('with the same figures and another trace hash is changed, and both hashes are told', () => {
    const virtual = { ...VIRTUAL.virtual!, traceHash: '0123456789abcdef' };
    expect(compared({ virtual })).toMatchObject({
      change: 'changed',
      notes: ['the trace hashes differ: 9f86d081884c7d65, 0123456789abcdef'],
    });
  });

  test('that fails is worse', () => {
    expect(differences(compared({ verdict: 'fail' }))).toEqual({ passed: 'worse' });
  });

  test('in which something was no longer measured is worse in that: it did not come about', () => {
    const discovery = { ...VIRTUAL.discovery, complete: false, seconds: null };
    const comparison = compared({ discovery });
    expect(differences(comparison)).toEqual({
      'discovery.complete': 'worse',
      'discovery.time': 'worse',
    });
    const { why } = comparison.figures.find(({ name }) => name === 'discovery.time')!;
    expect(why).toBe('could not be measured in the new run');
  });

  test('of very many peers that differ lists a hundred figures, and counts the rest', () => {
    const peer = VIRTUAL.perPeer[0]!;
    const many = (bytesSent: number): Result['perPeer'] =>
      Array.from({ length: 500 }, (_, i) => ({ ...peer, name: `peer-${i + 1}`, bytesSent }));
    const base = subjectOf({ ...VIRTUAL, perPeer: many(1) }, null);
    const comparison = compare(base, subjectOf({ ...VIRTUAL, perPeer: many(2) }, null));
    expect(comparison.omittedFigures).toBe(400);
    expect(Object.values(differences(comparison))).toHaveLength(101);
    expect(comparison.change).toBe('changed');
  });

  test('gives a comparison of the published shape', () => {
    expect(comparisonSchema.parse(compared({ verdict: 'fail' }))).toEqual(
      compared({ verdict: 'fail' }),
    );
  });
});

describe('virtual runs of many seeds', () => {
  const runs = (values: readonly number[]): GivenRun[] =>
    values.map((value) => ({
      figures: { 'discovery.messages': value },
      traceHash: String(value).padStart(16, '0'),
    }));
  const report = (values: readonly number[]): ReturnType<typeof subjectOf> =>
    subjectOf(reportOf(runs(values), { runner: 'virtual' }), null);
  const messages = ({ figures }: Comparison): unknown =>
    figures.find(({ name }) => name === 'discovery.messages');

  test('are compared seed by seed: one message more in one of them is worse', () => {
    const comparison = compare(report([10, 20, 30]), report([10, 21, 30]));
    expect(messages(comparison)).toMatchObject({ change: 'worse', why: 'in 1 of 3 seeds' });
    expect(comparison.notes).toEqual(['the trace hashes differ in 1 of 3 seeds']);
  });

  test('are the same only when each of them is', () => {
    expect(compare(report([10, 20, 30]), report([10, 20, 30])).change).toBe('same');
    expect(compare(report([10, 20, 30]), report([20, 10, 30])).change).toBe('changed');
  });

  test('that differ both ways are worse when statistics say so', () => {
    const base = Array.from({ length: 12 }, (_, i) => 100 + i);
    const other = base.map((value, i) => (i === 0 ? value - 1 : value + 40));
    expect(messages(compare(report(base), report(other)))).toMatchObject({
      change: 'worse',
      why: 'in 12 of 12 seeds, both ways',
    });
    const mixed = base.map((value, i) => value + (i % 2 === 0 ? 1 : -1));
    expect(messages(compare(report(base), report(mixed)))).toMatchObject({ change: 'changed' });
  });

  test('of which only the spread is known are compared by that', () => {
    const spread = (values: readonly number[]): ReturnType<typeof subjectOf> =>
      subjectOf(
        { ...reportOf(runs(values), { runner: 'virtual' }), results: null, events: 7 },
        null,
      );
    expect(compare(spread([1, 2, 3]), spread([1, 2, 3])).change).toBe('same');
    expect(messages(compare(spread([1, 2, 3]), spread([1, 3, 4])))).toMatchObject({
      change: 'worse',
    });
    expect(messages(compare(spread([1, 2, 3]), spread([1, 2, 4])))).toMatchObject({
      change: 'worse',
      why: 'its largest value is worse',
    });
    expect(messages(compare(spread([1, 3, 4]), spread([1, 2, 9])))).toMatchObject({
      change: 'changed',
      why: 'its median is better, its largest value worse',
    });
  });

  test('of which fewer have a figure are worse in it, however good those are', () => {
    const timed = (values: readonly (number | null)[]): GivenRun[] =>
      values.map((value) => ({ figures: { 'discovery.time': value }, traceHash: '0'.repeat(16) }));
    const of = (
      values: readonly (number | null)[],
      results?: null,
    ): ReturnType<typeof subjectOf> => {
      const whole = reportOf(timed(values), { runner: 'virtual' });
      return subjectOf(results === null ? { ...whole, results, events: 7 } : whole, null);
    };
    const change = ({ figures }: Comparison): unknown =>
      figures.find(({ name }) => name === 'discovery.time')!.change;
    expect(change(compare(of([5, 5, 5]), of([4, null, null])))).toBe('changed');
    expect(change(compare(of([5, 5, 5]), of([5, null, null])))).toBe('worse');
    expect(change(compare(of([5, 5, 5], null), of([4, null, null], null)))).toBe('worse');
  });

  test('of which one has wrong answers are worse, whatever the median', () => {
    const wrong = (values: readonly number[]): ReturnType<typeof subjectOf> => {
      const runs = values.map((value) => ({ figures: { 'requests.wrong': value } }));
      const whole = reportOf(runs, { runner: 'virtual' });
      return subjectOf({ ...whole, results: null, events: 7 }, null);
    };
    expect(compare(wrong([0, 0, 0]), wrong([0, 0, 9])).change).toBe('worse');
  });
});
