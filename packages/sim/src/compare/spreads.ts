/*
 * Comparing many seeds of the virtual world, of which only the spread of each figure is known. Every difference
 * is one that somebody made, and one that is worse in a single seed may be one that matters.
 */
import { figureNamed } from '../report/repeat-figures.ts';
import type { Spread, Spreads } from '../report/repeat-spread.ts';
import type { Change, FigureComparison } from '../result/comparison.ts';
import { changeBy, directionOf } from './direction.ts';
import { NEVER } from './never.ts';

/** What is known of a spread, in words, the most telling first. */
const PARTS = {
  median: 'median',
  max: 'largest value',
  min: 'smallest value',
  low: 'interval',
  high: 'interval',
} as const;

/** Compares how figures are spread over the same seeds. */
export function compareSpreads(base: Spreads, other: Spreads): FigureComparison[] {
  const names = new Set([...Object.keys(base), ...Object.keys(other)]);
  return [...names].map((name) => {
    const figure = figureNamed(name);
    const [before, after] = [base[name], other[name]];
    const values = { base: before?.median ?? null, new: after?.median ?? null };
    const shown = { name, unit: figure.unit, ...values, effect: null };
    if (before === undefined || after === undefined) {
      const why = `measured in the ${before === undefined ? 'new' : 'base'} runs only`;
      return { ...shown, change: 'not-comparable', why };
    }
    return { ...shown, ...changeOf(figure.name, before, after) };
  });
}

function changeOf(
  figure: string,
  base: Spread,
  other: Spread,
): Pick<FigureComparison, 'change' | 'why'> {
  if (NEVER.test(figure) && base.max === 0 && other.max > 0) {
    return { change: 'worse', why: 'no base run has any of it' };
  }
  const lost = base.runs - other.runs;
  if (lost !== 0) {
    const why = `could not be measured in ${Math.abs(lost)} ${lost > 0 ? 'more' : 'fewer'} seeds`;
    return { change: lost > 0 ? 'worse' : 'changed', why };
  }
  const changes = partsOf(figure, base, other);
  const kinds = new Set(changes.map(({ change }) => change));
  const [first] = changes;
  if (first === undefined) return { change: 'same', why: null };
  if (kinds.size > 1) return { change: 'changed', why: inWords(changes) };
  return { change: first.change, why: first.part === PARTS.median ? null : inWords([first]) };
}

interface PartChange {
  readonly part: string;
  readonly change: Change;
}

function partsOf(figure: string, base: Spread, other: Spread): PartChange[] {
  const keys = Object.keys(PARTS) as (keyof typeof PARTS)[];
  return keys.flatMap((key): PartChange[] => {
    const [before, after] = [base[key], other[key]];
    if (before === null || after === null || before === after) return [];
    return [{ part: PARTS[key], change: changeBy(directionOf(figure), after - before) }];
  });
}

/** `its median is better, its largest value worse`. */
function inWords(changes: readonly PartChange[]): string {
  const [first, ...others] = changes;
  const second = others.find(({ change }) => change !== first!.change);
  const rest = second === undefined ? '' : `, its ${second.part} ${second.change}`;
  return `its ${first!.part} is ${first!.change}${rest}`;
}
