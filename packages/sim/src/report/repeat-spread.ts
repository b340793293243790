import { showFigure, showNumber } from '../result/show-figure.ts';
import type { FigureUnit } from '../scenario/figures.ts';
import { CONFIDENCE, LEAST_VALUES, medianInterval, medianOf } from '../stats/median-interval.ts';
import { figureNamed, type RunFigures } from './repeat-figures.ts';
import { painter } from './screen-text.ts';
import { NONE, renderTable, type Cell } from './text-table.ts';

/** How a figure is spread over the runs in which it could be taken, in its base unit. */
export interface Spread {
  readonly unit: FigureUnit;
  /** How many runs those are. */
  readonly runs: number;
  readonly median: number;
  /** Where the true median lies with a confidence of 95%; null for fewer than six runs. */
  readonly low: number | null;
  readonly high: number | null;
  readonly min: number;
  readonly max: number;
}

/** The spread of each figure that any run has, by its name. */
export type Spreads = Readonly<Record<string, Spread>>;

/** Gathers the figures of runs, of which there may be millions: eight bytes for each value. */
export class FigureColumns {
  readonly #columns = new Map<string, number[]>();

  add(figures: RunFigures): void {
    for (const [name, value] of Object.entries(figures)) {
      if (value === null) continue;
      const column = this.#columns.get(name);
      if (column === undefined) this.#columns.set(name, [value]);
      else column.push(value);
    }
  }

  /** How they are spread so far. */
  get spreads(): Spreads {
    const all = [...this.#columns].map(([name, values]) => [
      name,
      spread(figureNamed(name).unit, values),
    ]);
    return Object.fromEntries(all) as Spreads;
  }
}

function spread(unit: FigureUnit, values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const { low, high } = medianInterval(sorted) ?? { low: null, high: null };
  const [min, max] = [sorted[0]!, sorted.at(-1)!];
  return { unit, runs: sorted.length, median: medianOf(sorted), low, high, min, max };
}

/** The spreads over so many runs as a table, with a line below it when they are too few for an interval. */
export function renderSpreads(
  spreads: Spreads,
  runs: number,
  options: { readonly color: boolean; readonly width: number },
): string {
  const paint = painter(options.color);
  const interval = `${CONFIDENCE * 100}% interval`;
  const table = renderTable(
    [
      {
        head: `Over ${showNumber(runs)} ${runs === 1 ? 'run' : 'runs'}`,
        align: 'left',
        gives: true,
      },
      { head: 'median', align: 'right' },
      { head: interval, align: 'right' },
      { head: 'min', align: 'right' },
      { head: 'max', align: 'right' },
    ],
    Object.entries(spreads).map(([name, one]) => ({ cells: cellsOf(name, one, runs) })),
    { paint, width: options.width },
  );
  if (runs >= LEAST_VALUES) return table;
  return `${table}\n${paint('dim', `an interval takes ${LEAST_VALUES} runs or more`)}`;
}

function cellsOf(name: string, { unit, low, high, ...one }: Spread, runs: number): Cell[] {
  const show = (value: number): Cell => ({ text: showFigure(unit, value) });
  return [
    // A figure that some runs do not have says so: its median is of the others alone.
    { text: name, ...(one.runs < runs && { tail: ` (${showNumber(one.runs)} runs)` }) },
    show(one.median),
    low === null || high === null
      ? NONE
      : { text: `${showFigure(unit, low)} – ${showFigure(unit, high)}` },
    show(one.min),
    show(one.max),
  ];
}
