import type { Workbench } from './workbench.ts';

/** What the values of a row count. A ratio has no unit. */
export type Unit = 'GB/s' | '/s' | 'µs' | 'ms' | 's' | 'KiB' | 'MiB' | 'x' | '%' | 'count';

/** A bound that a row has to keep. */
export interface Target {
  readonly bound: 'at least' | 'at most' | 'below';
  readonly value: number;
  /**
   * The value that is held against the bound: the median for what is noisy, the worst round for what
   * must never happen.
   */
  readonly judged: 'median' | 'worst';
}

/** One measured quantity: a value for each round, in order. */
export interface Row {
  readonly what: string;
  readonly unit: Unit;
  readonly values: readonly number[];
  readonly target?: Target;
}

/** What a benchmark found. */
export interface Findings {
  readonly rows: readonly Row[];
  /** What a reader must know to judge the rows, one sentence each. */
  readonly notes: readonly string[];
}

/** Something that is measured. */
export interface Benchmark {
  /** Unique in its group; `bench GROUP/NAME` runs it alone. */
  readonly name: string;
  /** One line for the list and above the table. */
  readonly about: string;
  /** It takes so long that it runs only when it is named itself. */
  readonly isOnDemand?: boolean;
  measure(bench: Workbench): Promise<Findings>;
}

/** The benchmarks of one part of the project. */
export interface Group {
  readonly name: string;
  /** It needs what not every machine has, and runs only when it is named. */
  readonly isOnDemand?: boolean;
  readonly benchmarks: readonly Benchmark[];
}

/** The value of a row that its target is held against, and whether it keeps it. */
export function judge(row: Row, target: Target): { value: number; isMet: boolean } {
  const { bound, judged } = target;
  const worst = bound === 'at least' ? Math.min(...row.values) : Math.max(...row.values);
  const value = judged === 'median' ? median(row.values) : worst;
  if (bound === 'at least') return { value, isMet: value >= target.value };
  return { value, isMet: bound === 'at most' ? value <= target.value : value < target.value };
}

/** The middle value; the mean of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which a share `q` of all lies, interpolated; NaN for no values. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}
