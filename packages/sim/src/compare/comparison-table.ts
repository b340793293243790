import { painter, safe, type Style } from '../report/screen-text.ts';
import { NONE, renderTable, type Cell, type Column } from '../report/text-table.ts';
import { showFigure, showNumber } from '../result/show-figure.ts';
import { countChanges, type Change, type Comparison, type FigureComparison } from './comparison.ts';

/** Rows of the table at most; `--json` has all of them. */
const MOST_ROWS = 40;

/** In the order of the table. */
const WORDS: Readonly<Record<Change, string>> = {
  worse: 'worse',
  changed: 'changed',
  'not-comparable': 'not comparable',
  better: 'better',
  'cannot-tell': 'cannot tell',
  same: 'same',
};

const STYLES: Readonly<Record<Change, Style>> = {
  worse: ['bold', 'red'],
  changed: 'yellow',
  'not-comparable': 'yellow',
  better: 'green',
  'cannot-tell': 'dim',
  same: 'dim',
};

const ORDER = Object.keys(WORDS) as Change[];

/** How the screen is to be used. */
interface ScreenOptions {
  readonly color: boolean;
  readonly width: number;
}

/**
 * What differs as a table, the worse first. Exact comparisons leave out what is the same, of which there is
 * much. Empty when there is nothing to show.
 */
export function renderComparison(comparison: Comparison, options: ScreenOptions): string {
  const rows = rowsOf(comparison);
  if (rows.length === 0) return '';
  const left = rows.length - Math.min(rows.length, MOST_ROWS) + comparison.omittedFigures;
  const more = left === 0 ? '' : `\nand ${showNumber(left)} more`;
  return table(rows.slice(0, MOST_ROWS), comparison.method, options) + more;
}

/** Why something cannot be told, and what bears on all figures: sentences without their ends. */
export function comparisonNotes(comparison: Comparison): string[] {
  return [...reasons(rowsOf(comparison)), ...comparison.notes.map(safe)];
}

function rowsOf({ method, figures }: Comparison): FigureComparison[] {
  const told = figures.filter(({ change }) => method === 'statistical' || change !== 'same');
  return ORDER.flatMap((wanted) => told.filter(({ change }) => change === wanted));
}

/** The comparison in one line: `WORSE mesh-10 on virtual: 2 figures worse, 40 same`. */
export function renderChange({ scenario, runner, change, figures }: Comparison): string {
  const counts = countChanges(figures);
  const told = ORDER.filter((one) => counts[one] > 0).map((one, at) => {
    const noun = at > 0 ? '' : counts[one] === 1 ? ' figure' : ' figures';
    const word = one === 'cannot-tell' ? 'cannot be told' : WORDS[one];
    return `${showNumber(counts[one])}${noun} ${word}`;
  });
  const word = WORDS[change].toUpperCase();
  return `${word} ${safe(scenario)} on ${safe(runner)}: ${told.join(', ')}`;
}

function table(
  rows: readonly FigureComparison[],
  method: Comparison['method'],
  { color, width }: ScreenOptions,
): string {
  const columns: Column[] = [
    { head: 'Figure', align: 'left', gives: true, least: 12 },
    { head: 'base', align: 'right' },
    { head: 'new', align: 'right' },
    { head: 'change', align: 'right' },
    ...(method === 'exact' ? [] : [{ head: 'interval', align: 'right' } as const]),
    { head: '', align: 'left' },
  ];
  const cells = rows.map((row) => ({ cells: cellsOf(row, method) }));
  return renderTable(columns, cells, { paint: painter(color), width });
}

function cellsOf(row: FigureComparison, method: Comparison['method']): Cell[] {
  const { name, unit, base, change } = row;
  return [
    { text: name },
    base === null ? NONE : { text: showFigure(unit, base, row.new ?? undefined) },
    row.new === null ? NONE : { text: showFigure(unit, row.new, base ?? undefined) },
    changeCell(row),
    ...(method === 'exact' ? [] : [intervalCell(row)]),
    { text: WORDS[change], style: STYLES[change] },
  ];
}

function changeCell({ unit, base, new: value, effect }: FigureComparison): Cell {
  if (effect !== null) return { text: signed(effect.estimate, effect.kind, unit) };
  if (base === null || value === null || base === value) return NONE;
  // One message more is a difference that no share shows.
  const isShare = unit !== 'count' && unit !== 'share' && unit !== 'flag' && base !== 0;
  return { text: signed(isShare ? value / base - 1 : value - base, isShare ? 'share' : '', unit) };
}

function intervalCell({ unit, effect }: FigureComparison): Cell {
  if (effect === null) return NONE;
  const { kind, low, high } = effect;
  return { text: `${signed(low, kind, unit)} – ${signed(high, kind, unit)}` };
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

/** Each reason once, with the figures that it is given for. */
function reasons(rows: readonly FigureComparison[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { name, why, change } of rows) {
    if (why === null) continue;
    const reason = `${WORDS[change]} (${why})`;
    byReason.set(reason, [...(byReason.get(reason) ?? []), name]);
  }
  return [...byReason].map(([reason, names]) => `${safe(reason)}: ${listed(names)}`);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).map(safe).join(', ');
  return names.length <= 8 ? shown : `${shown} and ${showNumber(names.length - 8)} more`;
}
