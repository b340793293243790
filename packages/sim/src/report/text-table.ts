import CliTable from 'cli-table3';
import { clip, columnsOf, safe, wrap, type Paint, type Style } from './screen-text.ts';

/** One column: its heading and on which side its cells stand. */
export interface Column {
  readonly head: string;
  readonly align: 'left' | 'right';
  /** The one column that is clipped when the table is wider than the screen. */
  readonly gives?: boolean;
  /** The one that gives is broken into lines instead, between words. */
  readonly wraps?: boolean;
  /** Columns of the screen that are left to it in any case. */
  readonly least?: number;
}

/** What stands in a table; unsafe characters and clipping are the table's business. */
export interface Cell {
  readonly text: string;
  /** Stays when the text before it is clipped. */
  readonly tail?: string;
  readonly style?: Style;
}

/** A row, with a line above it when it sums up the others. */
export interface Row {
  readonly cells: readonly Cell[];
  readonly isSum?: boolean;
}

/** Nothing to show here. */
export const NONE: Cell = { text: '–', style: 'dim' };

/** Columns of the screen that a table leaves to the clipped column, if that says nothing else. */
const LEAST = 4;
/** Room for a title, so that tables with the names of phases stand in line with one another. */
const TITLE = 19;
const GAP = '  ';

// Lines only under the heading and above a sum: boxes around numbers make them harder to compare.
const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: GAP,
};

/** Lays out a table; the first heading is its title. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly Row[],
  options: { readonly paint: Paint; readonly width: number },
): string {
  const { paint } = options;
  const table = new CliTable({
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: columns.map(({ align }) => align),
  });
  const head: Row = {
    cells: columns.map(({ head: text }, at) => ({ text, style: at === 0 ? 'bold' : 'dim' })),
  };
  const fitted = fit(columns, [head, ...rows], options.width);
  for (const [at, row] of fitted.entries()) {
    const chars = at === 1 || row.isSum ? ruleAbove(paint) : {};
    table.push(row.cells.map((cell) => ({ content: painted(cell, paint), chars })));
  }
  return trimLines(table.toString());
}

/**
 * Latin letters and our own signs; the rest becomes `?`. The library and terminals disagree on the
 * width of emoji and marks, so those would break the table. The words of a scenario have none.
 */
function simple(text: string): string {
  return text.replaceAll(/[^ -~µÀ-ʯ–…✓✗]/gu, '?');
}

/** Characters of a cell that draw a line above it, through the gap as well. */
function ruleAbove(paint: Paint): { mid: string; 'mid-mid': string } {
  return { mid: paint('dim', '─'), 'mid-mid': paint('dim', '─'.repeat(GAP.length)) };
}

function painted({ text, tail = '', style }: Cell, paint: Paint): string {
  return style === undefined ? text + tail : paint(style, text + tail);
}

/** The rows with safe texts, of which those in the column that gives are clipped to what is left. */
function fit(columns: readonly Column[], rows: readonly Row[], width: number): Row[] {
  const made = rows.map((row) => ({
    ...row,
    cells: row.cells.map((cell) => ({ ...cell, text: simple(safe(cell.text)) })),
  }));
  const giving = columns.findIndex(({ gives }) => gives);
  const others = columns.keys().filter((at) => at !== giving);
  const taken = others.reduce((sum, at) => sum + GAP.length + widest(made, at), 0);
  const left = Math.max(columns[giving]?.least ?? LEAST, width - taken);
  const clipped = made.map((row) => ({
    ...row,
    cells: row.cells.map((cell, at) => {
      if (at !== giving) return cell;
      return columns[at]?.wraps ? wrapCell(cell, left) : clipCell(cell, left);
    }),
  }));
  const title = giving === 0 ? clipped[0]?.cells[0] : undefined;
  if (title !== undefined) clipped[0]?.cells.splice(0, 1, padCell(title, Math.min(left, TITLE)));
  return clipped;
}

function widest(rows: readonly Row[], column: number): number {
  const widths = rows.map(({ cells }) => {
    const { text, tail = '' } = cells[column] ?? NONE;
    return columnsOf(text + tail);
  });
  return Math.max(...widths);
}

function clipCell(cell: Cell, width: number): Cell {
  return { ...cell, text: clip(cell.text, width - columnsOf(cell.tail ?? '')) };
}

function wrapCell(cell: Cell, width: number): Cell {
  return { ...cell, text: wrap(cell.text, width, 2).join('\n') };
}

function padCell(cell: Cell, width: number): Cell {
  return { ...cell, text: cell.text.padEnd(width) };
}

/** Without spaces at the ends of lines, which matter when text is copied or compared. */
function trimLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
