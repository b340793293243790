/*
 * Comparing runs of the virtual world, where the same code gives the same run: every difference is one that
 * somebody made.
 */
import type { RepeatedRun } from '../report/repeat-report.ts';
import { figureNamed } from '../report/repeat-figures.ts';
import type { Result } from '../result/result.ts';
import { medianOf } from '../stats/median-interval.ts';
import type { Change, FigureComparison } from '../result/comparison.ts';
import { changeBy, directionOf } from './direction.ts';
import { everyFigure, figuresOfPeers, type FigureValue } from './every-figure.ts';
import { compareSamples, type SampleOptions } from './statistical.ts';

/** Figures of single peers that are listed at most. */
const MOST_OF_PEERS = 100;

/** Figures of two single runs, those of single peers only where they differ. */
export function compareResults(
  base: Result,
  other: Result,
): { readonly figures: readonly FigureComparison[]; readonly omittedFigures: number } {
  const [values, others] = [everyFigure(base), everyFigure(other)];
  const names = new Set([...values.keys(), ...others.keys()]);
  const figures = [...names].map((name) => compareValues(name, values.get(name), others.get(name)));
  let omittedFigures = 0;
  const ofPeers: FigureComparison[] = [];
  for (const one of differencesOfPeers(base, other)) {
    if (ofPeers.length < MOST_OF_PEERS) ofPeers.push(one);
    else omittedFigures++;
  }
  return { figures: [...figures, ...ofPeers], omittedFigures };
}

/** Both have the same peers: they are of one scenario and seed. */
function* differencesOfPeers(base: Result, other: Result): Generator<FigureComparison, void, void> {
  const others = figuresOfPeers(other);
  for (const [name, value] of figuresOfPeers(base)) {
    const compared = compareValues(name, value, others.next().value?.[1]);
    if (compared.change !== 'same') yield compared;
  }
}

function compareValues(
  name: string,
  base: FigureValue | undefined,
  other: FigureValue | undefined,
): FigureComparison {
  const { figure } = (base ?? other)!;
  const values = { base: base?.value ?? null, new: other?.value ?? null };
  const shown = { name, unit: figure.unit, ...values, effect: null };
  const [before, after] = [values.base, values.new];
  if (before === after) return { ...shown, change: 'same', why: null };
  if (base === undefined || other === undefined)
    return { ...shown, ...onlyOne(base === undefined) };
  if (before === null || after === null) return { ...shown, ...reached(after !== null) };
  return { ...shown, change: changeBy(directionOf(figure.name), after - before), why: null };
}

/** What could not be taken did not come about: no discovery, no answer to wait for. */
function reached(isReached: boolean): Pick<FigureComparison, 'change' | 'why'> {
  if (isReached) return { change: 'better', why: 'could not be measured in the base run' };
  return { change: 'worse', why: 'could not be measured in the new run' };
}

function onlyOne(isNew: boolean): Pick<FigureComparison, 'change' | 'why'> {
  return { change: 'not-comparable', why: `measured in the ${isNew ? 'new' : 'base'} run only` };
}

/** Figures of many runs, seed by seed; `base` and `other` have the same seeds in the same order. */
export function compareSeedBySeed(
  base: readonly RepeatedRun[],
  other: readonly RepeatedRun[],
  options: SampleOptions,
): FigureComparison[] {
  const names = new Set([...base, ...other].flatMap(({ figures }) => Object.keys(figures)));
  return [...names].map((name) => {
    const [values, others] = [base, other].map((runs) =>
      runs.map(({ figures }) => figures[name]),
    ) as unknown as [Values, Values];
    return compareColumns(name, values, others, options);
  });
}

/** Null: it could not be taken in that run; undefined: the run does not know of it. */
type Values = readonly (number | null | undefined)[];

function compareColumns(
  name: string,
  base: Values,
  other: Values,
  options: SampleOptions,
): FigureComparison {
  const figure = figureNamed(name);
  const pairs = base.map((value, i) => [value, other[i]] as const);
  const differing = pairs.filter(([before, after]) => (before ?? null) !== (after ?? null));
  const shown = {
    name,
    unit: figure.unit,
    base: middleOf(base),
    new: middleOf(other),
    effect: null,
  };
  if (differing.length === 0) return { ...shown, change: 'same', why: null };
  const why = `in ${differing.length} of ${pairs.length} seeds`;
  if ([base, other].some((values) => values.every((value) => value === undefined))) {
    return { ...shown, change: 'not-comparable', why };
  }
  const changes = new Set(differing.map(([before, after]) => changeOf(figure.name, before, after)));
  const [change] = changes;
  if (changes.size === 1) return { ...shown, change: change!, why };
  // One seed is better, another one worse: what prevails is a question for statistics.
  const compared = compareSamples(name, present(base), present(other), options);
  const isSettled = compared.change === 'worse' || compared.change === 'better';
  return { ...compared, change: isSettled ? compared.change : 'changed', why: `${why}, both ways` };
}

function changeOf(
  figure: string,
  before: number | null | undefined,
  after: number | null | undefined,
): Change {
  if (before != null && after != null) return changeBy(directionOf(figure), after - before);
  return reached(after != null).change;
}

function present(values: Values): number[] {
  return values.filter((value) => value != null);
}

function middleOf(values: Values): number | null {
  const sorted = present(values).sort((a, b) => a - b);
  return sorted.length === 0 ? null : medianOf(sorted);
}
