import { painter } from './screen-text.ts';
import { renderTable, type Cell, type Column } from './text-table.ts';

/** A planted fault, and which scenarios notice it. */
export interface MutationRow {
  readonly fault: string;
  /** Names of the scenarios that fail with it. */
  readonly caughtBy: readonly string[];
  /** Scenarios that ran with it. */
  readonly runs: number;
  /** Whether the fuzzer has found it; null: it was not asked. */
  readonly isFuzzed: boolean | null;
}

const NAME: Column = { head: 'Planted fault', align: 'left' };
const CAUGHT: Column = { head: 'caught', align: 'right' };
const FUZZED: Column = { head: 'fuzz', align: 'left' };
const BY: Column = { head: 'by', align: 'left', gives: true };

/** The table of planted faults, a row for each, in their order. */
export function renderMutation(
  rows: readonly MutationRow[],
  options: { readonly color: boolean; readonly width: number },
): string {
  const paint = painter(options.color);
  const hasFuzz = rows.some(({ isFuzzed }) => isFuzzed !== null);
  return renderTable(
    [NAME, CAUGHT, ...(hasFuzz ? [FUZZED] : []), BY],
    rows.map((row) => ({ cells: cellsOf(row) })),
    { paint, width: options.width },
  );
}

function cellsOf({ fault, caughtBy, runs, isFuzzed }: MutationRow): Cell[] {
  const fuzzed = isFuzzed === null ? [] : [{ text: isFuzzed ? 'found' : '–' }];
  const caught = { text: `${caughtBy.length} of ${runs}` };
  return [{ text: fault }, caught, ...fuzzed, byCell(caughtBy, isFuzzed === true)];
}

function byCell(caughtBy: readonly string[], isFuzzed: boolean): Cell {
  if (caughtBy.length > 0) return { text: caughtBy.join(', ') };
  return isFuzzed ? { text: 'fuzzing alone' } : { text: 'missed', style: ['bold', 'red'] };
}
