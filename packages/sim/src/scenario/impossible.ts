import type { ParsedExpectation } from './expectation.ts';
import { boundsOf, exactly, isNeverMore, sumOf, times, type Bounds } from './figure-bounds.ts';
import type { Expectation, FigureRef } from './scenario.ts';
import { formatQuantity } from './units.ts';

/** What of a scenario bounds the figures of its runs. */
export interface Surroundings {
  /** All peers; undefined when that is not known. */
  readonly peers?: number | undefined;
  /** Whether anything goes wrong that could heal. */
  readonly hasFaults: boolean;
}

/**
 * Why an expectation can never hold, whatever a run does, as one sentence without its end; null when it
 * can.
 */
export function whyNever(
  expectation: ParsedExpectation,
  { peers, hasFaults }: Surroundings,
): string | null {
  const { figure, comparison, terms } = expectation;
  const healed = [figure, ...terms.map((term) => term.figure)].find((name) =>
    name.startsWith('healed.'),
  );
  if (healed !== undefined && !hasFaults) {
    return `this can never hold: without faults there is no ${healed}`;
  }
  const relation = relationOf(comparison, differenceOf(expectation, peers));
  if (relation === null) return null;
  const is =
    terms.length > 0
      ? `${relation} ${rightOf(expectation)}`
      : ownLimit(figure, HIGH.has(relation), peers);
  return `this can never hold: ${figure} is ${is}`;
}

/** How the left side always stands to the right one. */
type Relation =
  | 'never less than'
  | 'always more than'
  | 'never more than'
  | 'always less than'
  | 'always';

/** Where the left side is too high. */
const HIGH: ReadonlySet<Relation> = new Set<Relation>(['never less than', 'always more than']);

/** What makes a comparison impossible, where the left side less the right one is within `difference`. */
function relationOf(comparison: Expectation['comparison'], difference: Bounds): Relation | null {
  const { least, most, hasLeast, hasMost } = difference;
  const isMore = least > 0 || (least === 0 && !hasLeast) ? 'always more than' : null;
  const isLess = most < 0 || (most === 0 && !hasMost) ? 'always less than' : null;
  switch (comparison) {
    case '<':
      return isMore ?? (least === 0 ? 'never less than' : null);
    case '<=':
      return isMore;
    case '>':
      return isLess ?? (most === 0 ? 'never more than' : null);
    case '>=':
      return isLess;
    case '==':
      return isMore ?? isLess;
    case '!=':
      return least === 0 && most === 0 ? 'always' : null;
  }
}

/** What the left side less the right one can be. */
function differenceOf(expectation: ParsedExpectation, peers?: number): Bounds {
  const { figure, value, terms } = expectation;
  const same = terms.filter((term) => isSame(expectation, term));
  const factor = same.reduce((left, term) => left - term.factor, 1);
  const others = terms.filter((term) => !same.includes(term));
  const rangeOf = (term: Term): Bounds => times(-term.factor, boundsOf(term.figure, peers));
  const left = times(factor, boundsOf(figure, peers));
  const whole = sumOf([left, ...others.map(rangeOf), exactly(-value)]);
  const near = factor === 1 ? others.find((term) => pairOf(expectation, term) !== null) : undefined;
  if (near === undefined) return whole;
  const rest = others.filter((term) => term !== near).map(rangeOf);
  return within(whole, sumOf([pairOf(expectation, near)!, ...rest, exactly(-value)]));
}

type Term = Expectation['terms'][number];

/** What the left figure less a term can be, by which of the two is never more; null when that is not known. */
function pairOf(left: FigureRef, term: Term): Bounds | null {
  if (!isOfSame(left, term)) return null;
  const anything = { least: -Infinity, most: Infinity, hasLeast: true, hasMost: true };
  if (term.factor >= 1 && isNeverMore(left.figure, term.figure)) return { ...anything, most: 0 };
  const isPart = term.factor >= 0 && term.factor <= 1 && isNeverMore(term.figure, left.figure);
  return isPart ? { ...anything, least: 0 } : null;
}

function isSame(left: FigureRef, term: Term): boolean {
  return left.figure === term.figure && isOfSame(left, term);
}

/** Whether both are of the same peers in the same phase. (What is of each or any is of none in particular.) */
function isOfSame(left: FigureRef, term: Term): boolean {
  return left.phase === term.phase && left.group === term.group && left.peer === term.peer;
}

/** What is in both ranges. */
function within(one: Bounds, other: Bounds): Bounds {
  const [low, high] = [other.least > one.least ? other : one, other.most < one.most ? other : one];
  return { least: low.least, hasLeast: low.hasLeast, most: high.most, hasMost: high.hasMost };
}

/** The right side as it is written. */
function rightOf({ text, comparison }: ParsedExpectation): string {
  return text.slice(text.indexOf(comparison) + comparison.length).trim();
}

/** That a figure has no values beyond its least, or its most. */
function ownLimit(figure: string, isLeast: boolean, peers?: number): string {
  const { most, hasLeast } = boundsOf(figure, peers);
  if (isLeast) return hasLeast ? 'never less than 0' : 'always more than 0';
  if (figure !== 'known') return `never more than ${formatQuantity('share', 1)}`;
  return `never more than ${most} where there are ${most + 1} peers`;
}
