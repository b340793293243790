import type { ParsedExpectation } from './expectation.ts';
import { findFigure } from './figures.ts';
import { formatQuantity } from './units.ts';

/** Values that a figure can have, in its base unit. */
interface Bounds {
  readonly least: number;
  readonly most: number;
  /** Whether it can be `least`; an answer takes some time in every world. */
  readonly hasLeast: boolean;
}

/** What of a scenario bounds the figures of its runs. */
export interface Surroundings {
  /** All peers; undefined when that is not known. */
  readonly peers?: number | undefined;
  /** Whether anything goes wrong that could heal. */
  readonly hasFaults: boolean;
}

/**
 * Why an expectation can never hold, whatever a run does, as one sentence without its end; null when it
 * can, or when that hangs on other figures.
 */
export function whyNever(
  { figure, comparison, value, terms }: ParsedExpectation,
  { peers, hasFaults }: Surroundings,
): string | null {
  if (figure.startsWith('healed.') && !hasFaults) {
    return `this can never hold: without faults there is no ${figure}`;
  }
  if (terms.length > 0) return null;
  const { least, most, hasLeast } = boundsOf(figure, peers);
  const isTooLow = value < least || (value === least && !hasLeast);
  const lowest = `this can never hold: ${figure} is ${hasLeast ? 'never less' : 'always more'} than 0`;
  const highest = `this can never hold: ${figure} is never more than ${shownMost(figure, most)}`;
  switch (comparison) {
    case '<':
      return isTooLow || value === least ? lowest : null;
    case '<=':
      return isTooLow ? lowest : null;
    case '>':
      return value >= most ? highest : null;
    case '>=':
      return value > most ? highest : null;
    case '==':
      return isTooLow ? lowest : value > most ? highest : null;
    case '!=':
      return null;
  }
}

function boundsOf(figure: string, peers = Infinity): Bounds {
  const unit = findFigure(figure)?.unit;
  const isShare = unit === 'share' || unit === 'flag';
  const most = isShare ? 1 : figure === 'known' ? peers - 1 : Infinity;
  return { least: 0, most, hasLeast: !figure.startsWith('latency.') };
}

function shownMost(figure: string, most: number): string {
  if (figure !== 'known') return formatQuantity('share', 1);
  return `${most} where there are ${most + 1} peers`;
}
