/*
 * What can be said of figures that were measured on a real machine, beside statistics: some counts are told
 * for certain by a single run, and some figures tell more of the machine than of the peers.
 */
import { figureNamed } from '../report/repeat-figures.ts';
import type { RepeatedRun } from '../report/repeat-report.ts';
import type { FigureUnit } from '../scenario/figures.ts';
import { CONFIDENCE as ALONE } from '../stats/bootstrap.ts';
import { chanceOfFewer } from '../stats/fisher.ts';
import { shiftBetween, type Shift } from '../stats/shift-interval.ts';
import type { FigureComparison } from '../result/comparison.ts';
import { compareSamples, confidenceOfEach, type SampleOptions } from './statistical.ts';
import type { Subject } from './subject.ts';

/** No chance brings these about: where the base has none, one is a fault. */
const NEVER = /(^|\.)(requests\.wrong|left\.behind)$/;

/**
 * Figures of the lab itself say how far the others can be trusted, and are none of the peers; the slowest of
 * all requests tells of that request. Each further figure would widen the intervals of the others.
 */
const NOT_JUDGED = /^harness\.|(^|\.)latency\.max$/;

/** What another machine, or the same one with other things to do, changes. */
const OF_THE_MACHINE: ReadonlySet<FigureUnit> = new Set([
  'time',
  'rate',
  'bytesPerSecond',
  'bytes',
]);

/** How late the lab's own timers ring, which no peer is asked for. */
const LAG = 'harness.lag.p50';

/**
 * A change of that from here on is one of the machine, when an interval of the usual confidence holds it: to
 * doubt too soon costs a repetition, to blame the peers for the machine costs trust.
 */
const LAG_FACTOR = 1.25;

/** Figures of the runs on real sockets, and what bears on all of them. */
export function compareOnRealSockets(
  base: Subject,
  other: Subject,
): { readonly figures: FigureComparison[]; readonly notes: string[] } {
  const [runs, others] = [usable(base), usable(other)];
  const names = namesIn([...runs, ...others]).filter((name) => !NOT_JUDGED.test(name));
  const sampled = names.filter((name) => !isCertain(name, runs, others));
  // And the share of runs that pass.
  const options = { confidence: confidenceOfEach(sampled.length + 1) };
  const machine = machineChange(base, other, runs, others);
  const figures = names.map((name) => {
    const values = [valuesOf(name, runs), valuesOf(name, others)] as const;
    if (!sampled.includes(name)) return compareCertain(name, ...values);
    if (NEVER.test(name)) return compareRare(name, ...values, options);
    return doubted(compareSamples(name, ...values, options), machine);
  });
  return {
    figures: [comparePassed(base, other, options), ...figures],
    notes: [...leftOut(base, 'base'), ...leftOut(other, 'new'), ...(machine ? [machine.note] : [])],
  };
}

/** Runs in which the lab measured itself say nothing of the peers. */
function usable({ results }: Subject): readonly RepeatedRun[] {
  return (results ?? []).filter(({ verdict }) => verdict === 'pass' || verdict === 'fail');
}

function leftOut({ runs }: Subject, side: string): string[] {
  const { done, harnessBound, errors } = runs;
  const bad = harnessBound + errors;
  if (bad === 0) return [];
  const which = `${bad} of ${done} ${side} runs`;
  return [`${which} measured the lab itself or could not be carried out, and are left out`];
}

function namesIn(runs: readonly RepeatedRun[]): string[] {
  return [...new Set(runs.flatMap(({ figures }) => Object.keys(figures)))].filter((name) =>
    runs.some(({ figures }) => figures[name] != null),
  );
}

function valuesOf(name: string, runs: readonly RepeatedRun[]): number[] {
  return runs.flatMap(({ figures }) => figures[name] ?? []);
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
  if (compared.change !== 'same') return compared;
  return { ...compared, change: 'cannot-tell', why: 'some base runs have it as well' };
}

/** The share of runs that pass, of all that say something of the peers. */
function comparePassed(
  { runs: base }: Subject,
  { runs: other }: Subject,
  { confidence }: SampleOptions,
): FigureComparison {
  const [tries, others] = [base.passed + base.failed, other.passed + other.failed];
  const share = (passed: number, of: number): number | null => (of === 0 ? null : passed / of);
  const values = { base: share(base.passed, tries), new: share(other.passed, others) };
  const shown = { name: 'passed', unit: 'share' as const, ...values, effect: null };
  if (values.base === null || values.new === null) {
    return { ...shown, change: 'cannot-tell', why: 'too few runs; take --repeat 10' };
  }
  const tail = (1 - confidence) / 2;
  if (chanceOfFewer(other.passed, others, base.passed, tries) <= tail) {
    return { ...shown, change: 'worse', why: null };
  }
  if (chanceOfFewer(base.passed, tries, other.passed, others) <= tail) {
    return { ...shown, change: 'better', why: null };
  }
  if (values.base === values.new) return { ...shown, change: 'same', why: null };
  const why = 'more runs would tell';
  return { ...shown, change: 'cannot-tell', why };
}

/** Why times and rates of the two are not alike. */
interface MachineChange {
  /** On which side the machine was the slower one; null: they are two machines. */
  readonly slower: 'base' | 'new' | null;
  readonly note: string;
}

function machineChange(
  base: Subject,
  other: Subject,
  runs: readonly RepeatedRun[],
  others: readonly RepeatedRun[],
): MachineChange | null {
  const [machine, another] = [base, other].map(
    ({ environment }) => `${environment.processor}, ${environment.system}`,
  );
  if (machine !== another) {
    const note = `times, rates and memory are of two machines: ${machine}; ${another}`;
    return { slower: null, note };
  }
  const lags = [runs, others].map((all) => valuesOf(LAG, all).map(logOfLag));
  const shift = shiftBetween(lags[0]!, lags[1]!, ALONE);
  if (shift === null || !isClear(shift)) return null;
  const slower = shift.estimate > 0 ? 'new' : 'base';
  const factor = Math.exp(Math.abs(shift.estimate)).toFixed(1);
  const note = `the machine was busier during the ${slower} runs: the lab's own timers rang ${factor} times as late`;
  return { slower, note };
}

/** A lab that is always on time has no logarithm. */
function logOfLag(us: number): number {
  return Math.log(Math.max(1, us));
}

function isClear({ estimate, low, high }: Shift): boolean {
  return (low > 0 || high < 0) && Math.abs(estimate) >= Math.log(LAG_FACTOR);
}

/** The same comparison, unless what it found can be the machine's doing. */
function doubted(one: FigureComparison, machine: MachineChange | null): FigureComparison {
  if (machine === null || !OF_THE_MACHINE.has(one.unit)) return one;
  if (machine.slower === null) return { ...one, change: 'not-comparable', why: 'two machines' };
  if (one.change !== (machine.slower === 'new' ? 'worse' : 'better')) return one;
  return { ...one, change: 'cannot-tell', why: 'the machine was busier' };
}
