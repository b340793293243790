import { painter } from './screen-text.ts';
import { renderTable, type Cell, type Column } from './text-table.ts';

/** A planted fault, and what exploring made of it. */
export interface HuntRow {
  readonly fault: string;
  /** Scenarios until one failed, or until it was given up, and how long that took. */
  readonly runs: number;
  readonly seconds: number;
  /** What the smallest scenario has that fails; null: nothing failed. */
  readonly found: {
    readonly seed: number;
    readonly peers: number;
    readonly faults: number;
    readonly requests: number;
    readonly shrinkSeconds: number;
  } | null;
}

const COLUMNS: readonly Column[] = [
  { head: 'Planted fault', align: 'left' },
  { head: 'seed', align: 'right' },
  { head: 'runs', align: 'right' },
  { head: 'found', align: 'right' },
  { head: 'peers', align: 'right' },
  { head: 'faults', align: 'right' },
  { head: 'requests', align: 'right' },
  { head: 'shrunk', align: 'right' },
];

/** The table of planted faults that were hunted, a row for each, in their order. */
export function renderHunt(
  rows: readonly HuntRow[],
  options: { readonly color: boolean; readonly width: number },
): string {
  const paint = painter(options.color);
  const cells = rows.map((row) => ({ cells: cellsOf(row) }));
  return renderTable([...COLUMNS], cells, { paint, width: options.width });
}

function cellsOf({ fault, runs, seconds, found }: HuntRow): Cell[] {
  if (found === null) {
    const missed: Cell = { text: 'missed', style: ['bold', 'red'] };
    return [{ text: fault }, { text: '' }, { text: `${runs}` }, missed, ...BLANK];
  }
  const { seed, peers, faults, requests, shrinkSeconds } = found;
  const counts = [peers, faults, requests].map((count) => ({ text: `${count}` }));
  const took = { text: `${seconds.toFixed(1)} s` };
  const shrunk = { text: `${shrinkSeconds.toFixed(1)} s` };
  return [{ text: fault }, { text: `${seed}` }, { text: `${runs}` }, took, ...counts, shrunk];
}

const BLANK: readonly Cell[] = Array.from({ length: 4 }, () => ({ text: '' }));
