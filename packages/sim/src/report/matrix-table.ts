import type { Result, Verdict } from '../result/result.ts';
import { showFigure, showNumber } from '../result/show-figure.ts';
import { success } from '../check/figure-values.ts';
import { columnsOf, painter, type Style } from './screen-text.ts';
import { NONE, renderTable, type Cell, type Column } from './text-table.ts';

/** What the table shows of the run of one cell. */
export type MatrixRow = Pick<
  Result,
  'cell' | 'verdict' | 'requests' | 'throughput' | 'latencyMs' | 'discovery'
>;

const STYLES: Readonly<Record<Verdict, Style>> = {
  pass: 'green',
  fail: ['bold', 'red'],
  'harness-bound': 'yellow',
  error: ['bold', 'red'],
};

/** Short enough for the column: `harness-bound` says no more than that there is no verdict. */
const WORDS: Readonly<Record<Verdict, string>> = {
  pass: 'pass',
  fail: 'FAIL',
  'harness-bound': 'unclear',
  error: 'ERROR',
};

/** A name or value clipped to fewer columns says nothing. */
const LEAST = 12;

const HEADS = ['due', 'success', 'rate', 'p50', 'p99', 'discovery'];

/**
 * The table of the cells of a matrix, or of other runs that are told apart by values: a row for each, in
 * their order, with its values and figures. `head` is that of the numbers, `Cell` by default.
 */
export function renderMatrix(
  rows: readonly MatrixRow[],
  options: { readonly color: boolean; readonly width: number; readonly head?: string },
): string {
  const parameters = Object.keys(rows[0]?.cell?.values ?? {});
  const giving = longest(parameters, rows);
  const columns: Column[] = [
    { head: options.head ?? 'Cell', align: 'right' },
    ...shortNames(parameters).map((head, at): Column => ({
      head,
      align: 'left',
      gives: at === giving,
      least: LEAST,
    })),
    { head: 'verdict', align: 'left' },
    ...HEADS.map((head): Column => ({ head, align: 'right' })),
  ];
  return renderTable(
    columns,
    rows.map((row) => ({ cells: cellsOf(row) })),
    { paint: painter(options.color), width: options.width },
  );
}

/** The parameter with the longest value: nothing is lost as long as the cells are listed with theirs too. */
function longest(parameters: readonly string[], rows: readonly MatrixRow[]): number {
  const lengths = parameters.map((key) =>
    Math.max(0, ...rows.map(({ cell }) => columnsOf(cell?.values[key] ?? ''))),
  );
  return lengths.indexOf(Math.max(...lengths));
}

/** The last words of each path, as many as it takes to tell it from the others. */
function shortNames(paths: readonly string[]): string[] {
  const endOf = (path: string, words: number): string => path.split('.').slice(-words).join('.');
  return paths.map((path) => {
    let words = 1;
    const isShared = (): boolean =>
      paths.some((other) => other !== path && endOf(other, words) === endOf(path, words));
    while (isShared()) words++;
    return endOf(path, words);
  });
}

function cellsOf({ cell, verdict, requests, throughput, latencyMs, discovery }: MatrixRow): Cell[] {
  const share = success(requests);
  return [
    { text: String(cell?.number ?? 1), style: 'dim' },
    ...Object.values(cell?.values ?? {}).map((text): Cell => ({ text })),
    { text: WORDS[verdict], style: STYLES[verdict] },
    { text: showNumber(requests.due) },
    share === null ? NONE : { text: showFigure('share', share) },
    requests.due === 0 ? NONE : { text: showFigure('rate', throughput.requestsPerSecond) },
    time(latencyMs?.p50),
    time(latencyMs?.p99),
    time(discovery.seconds === null ? undefined : discovery.seconds * 1e3),
  ];
}

function time(milliseconds: number | undefined): Cell {
  return milliseconds === undefined ? NONE : { text: showFigure('time', milliseconds * 1e3) };
}
