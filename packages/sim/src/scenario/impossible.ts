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

/**
 * Why an expectation can never hold, whatever a run does, as one sentence without its end; null when it
 * can, or when that hangs on other figures.
 */
export function whyNever({ figure, comparison, value, terms }: ParsedExpectation): string | null {
  if (terms.length > 0) return null;
  const { least, most, hasLeast } = boundsOf(figure);
  const isTooLow = value < least || (value === least && !hasLeast);
  switch (comparison) {
    case '<':
      return isTooLow || value === least ? lowest(figure) : null;
    case '<=':
      return isTooLow ? lowest(figure) : null;
    case '>':
      return value >= most ? highest(figure) : null;
    case '>=':
      return value > most ? highest(figure) : null;
    case '==':
      return isTooLow ? lowest(figure) : value > most ? highest(figure) : null;
    case '!=':
      return null;
  }
}

function boundsOf(figure: string): Bounds {
  const unit = findFigure(figure)?.unit;
  const most = unit === 'share' || unit === 'flag' ? 1 : Infinity;
  return { least: 0, most, hasLeast: !figure.startsWith('latency.') };
}

function lowest(figure: string): string {
  const what = boundsOf(figure).hasLeast ? 'never less than' : 'always more than';
  return `this can never hold: ${figure} is ${what} 0`;
}

function highest(figure: string): string {
  return `this can never hold: ${figure} is never more than ${formatQuantity('share', 1)}`;
}
