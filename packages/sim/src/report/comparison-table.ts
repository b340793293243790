import { painter, safe, type Style } from './screen-text.ts';
import { NONE, renderTable, type Cell, type Column } from './text-table.ts';
import { showNumber } from '../result/show-figure.ts';
import {
  countChanges,
  type Change,
  type Comparison,
  type FigureComparison,
} from '../result/comparison.ts';
import { CHANGES, CHANGE_WORDS, comparedCells, toldFigures } from './comparison-words.ts';

/** Rows of the table at most; `--json` has all of them. */
const MOST_ROWS = 40;

const STYLES: Readonly<Record<Change, Style>> = {
  worse: ['bold', 'red'],
  changed: 'yellow',
  'not-comparable': 'yellow',
  better: 'green',
  'cannot-tell': 'dim',
  same: 'dim',
};

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
  const rows = toldFigures(comparison);
  if (rows.length === 0) return '';
  const left = rows.length - Math.min(rows.length, MOST_ROWS) + comparison.omittedFigures;
  const more = left === 0 ? '' : `\nand ${showNumber(left)} more, see the comparison of --json`;
  return table(rows.slice(0, MOST_ROWS), comparison.method, options) + more;
}

/** Why something cannot be told, and what bears on all figures: sentences without their ends. */
export function comparisonNotes(comparison: Comparison): string[] {
  return [...reasons(toldFigures(comparison)), ...comparison.notes.map(safe)];
}

/** The comparison in one line: `WORSE mesh-10 on virtual: 2 figures worse, 40 same`. */
export function renderChange({ scenario, runner, change, figures }: Comparison): string {
  const counts = countChanges(figures);
  const told = CHANGES.filter((one) => counts[one] > 0).map((one, at) => {
    const noun = at > 0 ? '' : counts[one] === 1 ? ' figure' : ' figures';
    const word = one === 'cannot-tell' ? 'cannot be told' : CHANGE_WORDS[one];
    return `${showNumber(counts[one])}${noun} ${word}`;
  });
  const word = CHANGE_WORDS[change].toUpperCase();
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
  const { base, other, by, interval } = comparedCells(row);
  const cell = (text: string): Cell => (text === '' ? NONE : { text });
  return [
    { text: row.name },
    ...[base, other, by].map(cell),
    ...(method === 'exact' ? [] : [cell(interval)]),
    { text: CHANGE_WORDS[row.change], style: STYLES[row.change] },
  ];
}

/** Each reason once, with the figures that it is given for. */
function reasons(rows: readonly FigureComparison[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { name, why, change } of rows) {
    if (why === null) continue;
    const reason = `${CHANGE_WORDS[change]} (${why})`;
    byReason.set(reason, [...(byReason.get(reason) ?? []), name]);
  }
  return [...byReason].map(([reason, names]) => `${safe(reason)}: ${listed(names)}`);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).map(safe).join(', ');
  return names.length <= 8 ? shown : `${shown} and ${showNumber(names.length - 8)} more`;
}
