/*
 * Comparing runs of the virtual world, where the same code gives the same run: every difference is one that
 * somebody made.
 */
import type { RepeatedRun } from '../report/repeat-report.ts';
import { figureNamed } from '../report/repeat-figures.ts';
import type { Spreads } from '../report/repeat-spread.ts';
import type { Result } from '../result/result.ts';
import { medianOf } from '../stats/bootstrap.ts';
import type { FigureComparison } from '../result/comparison.ts';
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
  if (before === null || after === null) return { ...shown, ...onlyOne(before === null) };
  return { ...shown, change: changeBy(directionOf(figure.name), after - before), why: null };
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
      runs.map(({ figures }) => figures[name] ?? null),
    ) as [(number | null)[], (number | null)[]];
    return compareColumns(name, values, others, options);
  });
}

function compareColumns(
  name: string,
  base: readonly (number | null)[],
  other: readonly (number | null)[],
  options: SampleOptions,
): FigureComparison {
  const figure = figureNamed(name);
  const pairs = base.map((value, i) => [value, other[i] ?? null] as const);
  const differing = pairs.filter(([before, after]) => before !== after);
  const shown = {
    name,
    unit: figure.unit,
    base: middleOf(base),
    new: middleOf(other),
    effect: null,
  };
  if (differing.length === 0) return { ...shown, change: 'same', why: null };
  const why = `in ${differing.length} of ${pairs.length} seeds`;
  const both = differing.filter((pair): pair is readonly [number, number] => !pair.includes(null));
  if (both.length === 0) return { ...shown, change: 'not-comparable', why };
  const changes = new Set(
    both.map(([before, after]) => changeBy(directionOf(figure.name), after - before)),
  );
  const [change] = changes;
  if (changes.size === 1) return { ...shown, change: change!, why };
  // One seed is better, another one worse: what prevails is a question for statistics.
  const compared = compareSamples(name, present(base), present(other), options);
  const isSettled = compared.change === 'worse' || compared.change === 'better';
  return { ...compared, change: isSettled ? compared.change : 'changed', why: `${why}, both ways` };
}

function present(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}

function middleOf(values: readonly (number | null)[]): number | null {
  const sorted = present(values).sort((a, b) => a - b);
  return sorted.length === 0 ? null : medianOf(sorted);
}

/** How figures are spread over many seeds, of which no more is known. */
export function compareSpreads(base: Spreads, other: Spreads): FigureComparison[] {
  const names = new Set([...Object.keys(base), ...Object.keys(other)]);
  return [...names].map((name) => {
    const figure = figureNamed(name);
    const [before, after] = [base[name], other[name]];
    const values = { base: before?.median ?? null, new: after?.median ?? null };
    const shown = { name, unit: figure.unit, ...values, effect: null };
    if (before === undefined || after === undefined) {
      return { ...shown, ...onlyOne(before === undefined) };
    }
    if (JSON.stringify(before) === JSON.stringify(after)) {
      return { ...shown, change: 'same', why: null };
    }
    const change = changeBy(directionOf(figure.name), after.median - before.median);
    if (change !== 'same') return { ...shown, change, why: null };
    return { ...shown, change: 'changed', why: 'its median is the same, its spread is not' };
  });
}
