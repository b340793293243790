import { painter } from './screen-text.ts';
import { renderTable, type Cell, type Column } from './text-table.ts';

/** A planted fault, and which scenarios notice it. */
export interface MutationRow {
  readonly fault: string;
  /** Names of the scenarios that fail with it. */
  readonly caughtBy: readonly string[];
  /** Scenarios that ran with it. */
  readonly runs: number;
}

const COLUMNS: readonly Column[] = [
  { head: 'Planted fault', align: 'left' },
  { head: 'caught', align: 'right' },
  { head: 'by', align: 'left', gives: true },
];

/** The table of planted faults, a row for each, in their order. */
export function renderMutation(
  rows: readonly MutationRow[],
  options: { readonly color: boolean; readonly width: number },
): string {
  const paint = painter(options.color);
  return renderTable(
    COLUMNS,
    rows.map((row) => ({ cells: cellsOf(row) })),
    { paint, width: options.width },
  );
}

function cellsOf({ fault, caughtBy, runs }: MutationRow): Cell[] {
  const by: Cell =
    caughtBy.length === 0
      ? { text: 'missed', style: ['bold', 'red'] }
      : { text: caughtBy.join(', ') };
  return [{ text: fault }, { text: `${caughtBy.length} of ${runs}` }, by];
}
