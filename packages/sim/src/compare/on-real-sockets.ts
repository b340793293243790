/*
 * What can be said of figures that were measured on a real machine, beside statistics: some counts are told
 * for certain by a single run, and some figures tell more of the machine than of the peers.
 */
import { figureNamed } from '../report/repeat-figures.ts';
import type { RepeatedRun } from '../report/repeat-report.ts';
import type { FigureComparison } from '../result/comparison.ts';
import { doubted, machineChange } from './machine-change.ts';
import { compareMeasured, isRarer, valuesOf } from './measured.ts';
import { NEVER } from './never.ts';
import { comparePassed } from './passed.ts';
import { compareSamples, confidenceOfEach, type SampleOptions } from './statistical.ts';
import type { Subject } from './subject.ts';

const DAY_MS = 86_400_000;

/**
 * Figures of the lab itself say how far the others can be trusted, and are none of the peers; the slowest of
 * all requests tells of that request. Each further figure would widen the intervals of the others.
 */
const NOT_JUDGED = /^harness\.|(^|\.)latency\.max$/;

/** Figures of the runs on real sockets, and what bears on all of them. */
export function compareOnRealSockets(
  base: Subject,
  other: Subject,
): { readonly figures: FigureComparison[]; readonly notes: string[] } {
  const [runs, others] = [usable(base), usable(other)];
  const names = namesIn([...runs, ...others]).filter((name) => !NOT_JUDGED.test(name));
  const sampled = names.filter((name) => !isCertain(name, runs, others));
  const options = { confidence: confidenceOfEach(sampled.length) };
  const machine = machineChange(base, other, runs, others);
  const figures = names.map((name) => {
    const values = [valuesOf(name, runs), valuesOf(name, others)] as const;
    if (!sampled.includes(name)) return compareCertain(name, ...values);
    if (NEVER.test(name)) return compareRare(name, ...values, options);
    const compared = doubted(compareSamples(name, ...values, options), machine);
    return compareMeasured(compared, runs, others, options);
  });
  return {
    figures: [comparePassed(base, other), ...figures],
    notes: [
      ...leftOut(base, 'base'),
      ...leftOut(other, 'new'),
      ...(machine ? [machine.note] : []),
      ...olderBase(base, other),
    ],
  };
}

/** Runs in which the lab measured itself say nothing of the peers. */
function usable({ results }: Subject): readonly RepeatedRun[] {
  return (results ?? []).filter(({ verdict }) => verdict === 'pass' || verdict === 'fail');
}

function leftOut({ runs }: Subject, side: string): string[] {
  const { done, harnessBound, errors } = runs;
  const of = (count: number): string => `${count} of ${done} ${side} runs`;
  return [
    ...(harnessBound > 0 ? [`${of(harnessBound)} measured the lab itself, and are left out`] : []),
    ...(errors > 0 ? [`${of(errors)} could not be carried out, and count as not passed`] : []),
  ];
}

/** A machine is hardly the same on another day, whatever it says of itself. */
function olderBase({ environment: before }: Subject, { environment: now }: Subject): string[] {
  const days = (Date.parse(now.startedAt) - Date.parse(before.startedAt)) / DAY_MS;
  if (days < 1) return [];
  return [`the base is ${Math.floor(days)} days old, and times are those of its day`];
}

function namesIn(runs: readonly RepeatedRun[]): string[] {
  return [...new Set(runs.flatMap(({ figures }) => Object.keys(figures)))].filter((name) =>
    runs.some(({ figures }) => figures[name] != null),
  );
}

/** Whether a count that should be none needs no statistics, as the base has none. */
function isCertain(
  name: string,
  runs: readonly RepeatedRun[],
  others: readonly RepeatedRun[],
): boolean {
  const values = valuesOf(name, runs);
  if (!NEVER.test(name) || values.length === 0 || valuesOf(name, others).length === 0) return false;
  return values.every((value) => value === 0);
}

function compareCertain(
  name: string,
  base: readonly number[],
  other: readonly number[],
): FigureComparison {
  const most = Math.max(...other);
  const bad = other.filter((value) => value > 0).length;
  const { unit } = figureNamed(name);
  const shown = { name, unit, base: Math.max(...base), new: most, effect: null };
  if (bad === 0) return { ...shown, change: 'same', why: null };
  return { ...shown, change: 'worse', why: `in ${bad} of ${other.length} new runs` };
}

/** Most runs have none of it, so that equal middles say little. */
function compareRare(
  name: string,
  base: readonly number[],
  other: readonly number[],
  options: SampleOptions,
): FigureComparison {
  const compared = compareSamples(name, base, other, options);
  const [clean, others] = [base, other].map((values) => values.filter((value) => value === 0));
  const isMore = isRarer([others!.length, other.length], [clean!.length, base.length], options);
  if (isMore && compared.change !== 'worse') {
    const why = `in ${other.length - others!.length} of ${other.length} new runs`;
    return { ...compared, change: 'worse', why };
  }
  if (compared.change !== 'same') return compared;
  return { ...compared, change: 'cannot-tell', why: 'some base runs have it as well' };
}
