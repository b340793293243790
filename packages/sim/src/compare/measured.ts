/** Figures that could not be taken in some runs: discovery that did not complete takes no time at all. */
import type { RepeatedRun } from '../report/repeat-report.ts';
import type { FigureComparison } from '../result/comparison.ts';
import { chanceOfFewer } from '../stats/fisher.ts';
import type { SampleOptions } from './statistical.ts';

/** The values of a figure in the runs in which it could be taken. */
export function valuesOf(name: string, runs: readonly RepeatedRun[]): number[] {
  return runs.flatMap(({ figures }) => figures[name] ?? []);
}

/** Whether `[hits, tries]` hold fewer hits than the other two, by more than chance brings. */
export function isRarer(
  [hits, tries]: readonly [number, number],
  [otherHits, otherTries]: readonly [number, number],
  { confidence }: SampleOptions,
): boolean {
  return chanceOfFewer(hits, tries, otherHits, otherTries) <= (1 - confidence) / 2;
}

/**
 * What was found of the runs that have a figure, in the light of those that do not: otherwise a peer that mostly fails
 * to get there would seem to be quicker, by the few times that it does.
 */
export function compareMeasured(
  compared: FigureComparison,
  base: readonly RepeatedRun[],
  other: readonly RepeatedRun[],
  options: SampleOptions,
): FigureComparison {
  const [before, after] = [base, other].map((runs) => takenIn(compared.name, runs)) as [
    Taken,
    Taken,
  ];
  const [lost, gained] = [shareLost(before), shareLost(after)];
  if (lost === gained || before === null || after === null) return compared;
  const isLost = gained > lost;
  const [fewer, more] = isLost ? [after, before] : [before, after];
  const [taken, tries] = fewer;
  const why = `could not be measured in ${tries - taken} of ${tries} ${isLost ? 'new' : 'base'} runs`;
  const change = isLost ? 'worse' : 'better';
  if (isRarer(fewer, more, options)) return { ...compared, change, why };
  return compared.change === change ? compared : { ...compared, change: 'cannot-tell', why };
}

/** In how many of all runs it could be taken; null: these runs do not know of it. */
type Taken = readonly [taken: number, tries: number] | null;

function takenIn(name: string, runs: readonly RepeatedRun[]): Taken {
  const values = runs.flatMap(({ figures }) => (name in figures ? [figures[name] ?? null] : []));
  return values.length === 0 ? null : [values.filter((one) => one !== null).length, values.length];
}

function shareLost(taken: Taken): number {
  return taken === null ? 0 : 1 - taken[0] / taken[1];
}
