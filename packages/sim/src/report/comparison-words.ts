/** How a compared figure is told, wherever it is shown. */
import type { Change, Comparison, FigureComparison } from '../result/comparison.ts';
import { showFigure, showNumber } from '../result/show-figure.ts';

/** Changes in words, in the order in which they are told. */
export const CHANGE_WORDS: Readonly<Record<Change, string>> = {
  worse: 'worse',
  changed: 'changed',
  'not-comparable': 'not comparable',
  better: 'better',
  'cannot-tell': 'cannot tell',
  same: 'same',
};

/** All changes, in the order in which they are told. */
export const CHANGES: readonly Change[] = Object.keys(CHANGE_WORDS) as Change[];

/** `peer-3.messages.sent`: of one peer, of which there may be many. */
const OF_ONE_PEER = /(^|\.)[a-z0-9-]+-\d+\./;

/**
 * Figures that are told, the worse first; of these the ones of all peers before those of one, and what changed most
 * before what changed little. Exact comparisons leave out what is the same, of which there is much.
 */
export function toldFigures({ method, figures }: Comparison): FigureComparison[] {
  const told = figures.filter(({ change }) => method === 'statistical' || change !== 'same');
  const rank = ({ name }: FigureComparison): number => (OF_ONE_PEER.test(name) ? 1 : 0);
  return CHANGES.flatMap((wanted) =>
    told
      .filter(({ change }) => change === wanted)
      .sort((a, b) => rank(a) - rank(b) || sizeOf(b) - sizeOf(a)),
  );
}

/** How much a figure changed, as a share of what it was; 0 where that cannot be told. */
function sizeOf({ change, base, new: value, effect }: FigureComparison): number {
  if (change === 'cannot-tell') return 0;
  if (effect?.kind === 'share') return Math.abs(effect.estimate);
  if (base === null || value === null) return Infinity;
  return base === value ? 0 : Math.abs(value - base) / Math.max(Math.abs(base), Number.EPSILON);
}

/** The cells of a figure as text; empty: there is nothing to say. */
export interface ComparedCells {
  readonly base: string;
  readonly other: string;
  /** How much more it has become: `+7.1%`. */
  readonly by: string;
  /** Where that truly lies. */
  readonly interval: string;
}

/** What a table shows of a figure. */
export function comparedCells(figure: FigureComparison): ComparedCells {
  const { unit, base, new: value, effect } = figure;
  return {
    base: base === null ? '' : showFigure(unit, base, value ?? undefined),
    other: value === null ? '' : showFigure(unit, value, base ?? undefined),
    by: differenceOf(figure),
    interval:
      effect === null
        ? ''
        : `${signed(effect.low, effect.kind, unit)} – ${signed(effect.high, effect.kind, unit)}`,
  };
}

/** `went from 17 ms to 20 ms (+18%), worse`. */
export function changeInWords(figure: FigureComparison): string {
  const { base, other, by } = comparedCells(figure);
  const from = base === '' ? 'no value' : base;
  const to = other === '' ? 'no value' : other;
  return `went from ${from} to ${to}${by === '' ? '' : ` (${by})`}, ${CHANGE_WORDS[figure.change]}`;
}

function differenceOf({ unit, base, new: value, effect }: FigureComparison): string {
  if (effect !== null) return signed(effect.estimate, effect.kind, unit);
  if (base === null || value === null || base === value) return '';
  // One message more is a difference that no share shows.
  const isShare = unit !== 'count' && unit !== 'share' && unit !== 'flag' && base !== 0;
  return signed(isShare ? value / base - 1 : value - base, isShare ? 'share' : '', unit);
}

/** `+7.1%`; differences of a figure in its own unit. */
function signed(value: number, kind: string, unit: FigureComparison['unit']): string {
  const sign = value < 0 ? '-' : '+';
  if (kind === 'share') {
    const percent = Math.abs(value) * 100;
    // Who reads of 42% does not ask for its tenths, and two ends have to fit into the row.
    return `${sign}${showNumber(percent, percent < 9.95 ? 1 : 0)}%`;
  }
  if (unit === 'flag' || unit === 'count') {
    const decimals = Number.isInteger(value) ? 0 : 1;
    return `${sign}${showNumber(Math.abs(value), decimals)}`;
  }
  return value === 0 ? '0' : `${sign}${showFigure(unit, Math.abs(value))}`;
}
