import type { Result } from '../result/result.ts';
import { showFigure } from '../result/show-figure.ts';
import { painter } from './screen-text.ts';
import { renderTable, type Cell } from './text-table.ts';

/** The figures of which many seeds show the spread. */
export interface SeedFigures {
  /** Milliseconds; null when nothing was answered. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Share of the requests that were due and not excused which were answered correctly; null without any. */
  readonly success: number | null;
}

/** Median, smallest and largest value of a figure, over the runs in which it could be taken. */
export interface Spread {
  /** How many runs those are. */
  readonly runs: number;
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The spread of each figure; null when no run has it. */
export type Spreads = Readonly<Record<keyof SeedFigures, Spread | null>>;

/** The figures of one run. */
export function seedFigures({
  latencyMs,
  requests,
}: Pick<Result, 'latencyMs' | 'requests'>): SeedFigures {
  const judged = requests.due - requests.excused;
  return {
    p50Ms: latencyMs?.p50 ?? null,
    p99Ms: latencyMs?.p99 ?? null,
    success: judged === 0 ? null : requests.correct / judged,
  };
}

/** How the figures are spread over runs with other seeds. */
export function spreadOf(all: readonly SeedFigures[]): Spreads {
  const of = (key: keyof SeedFigures): Spread | null => spread(all.map((one) => one[key]));
  return { p50Ms: of('p50Ms'), p99Ms: of('p99Ms'), success: of('success') };
}

function spread(values: readonly (number | null)[]): Spread | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { runs: sorted.length, median, min: sorted[0]!, max: sorted.at(-1)! };
}

/** The spreads as a table. */
export function renderSpreads(
  spreads: Spreads,
  options: { readonly color: boolean; readonly width: number },
): string {
  const time = (ms: number): string => showFigure('time', ms * 1_000);
  const row = (name: string, one: Spread | null, show: (value: number) => string): Cell[] => [
    { text: name },
    ...[one?.median, one?.min, one?.max].map((value) => ({
      text: value === undefined ? '–' : show(value),
    })),
  ];
  return renderTable(
    [
      { head: 'Over the seeds', align: 'left', gives: true },
      { head: 'median', align: 'right' },
      { head: 'min', align: 'right' },
      { head: 'max', align: 'right' },
    ],
    [
      { cells: row('latency p50', spreads.p50Ms, time) },
      { cells: row('latency p99', spreads.p99Ms, time) },
      { cells: row('success', spreads.success, (share) => showFigure('share', share)) },
    ],
    { paint: painter(options.color), width: options.width },
  );
}
