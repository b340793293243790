import type { Result } from '../result/result.ts';

/** One line of a comparison of runs of one plan on several runners. */
export interface ParityRow {
  readonly what: string;
  /** One value for each runner; null where it was not taken. */
  readonly values: readonly (number | null)[];
  readonly unit: 'count' | 'ms' | 'bytesPerSecond' | 'perSecond';
  /**
   * `same` and `different` for what must be equal; `chance` for what random draws and the clock settle, and
   * lies no further apart than they bring it; `close` for what need not quite be equal in this scenario, and
   * differs no more than it may; `ratio` for what depends on how fast a world is, and is only shown side by
   * side.
   */
  readonly agreement: 'same' | 'chance' | 'close' | 'different' | 'ratio';
}

/** A figure of a run; null: not taken. */
export type Value = (result: Result) => number | null;

/** A row of what must be the same number in every run. */
export function equalRow(results: readonly Result[], what: string, value: Value): ParityRow {
  const values = results.map(value);
  return { what, values, unit: 'count', agreement: areEqual(values) ? 'same' : 'different' };
}

/** A row of what is only shown. */
export function shownRow(
  results: readonly Result[],
  what: string,
  unit: ParityRow['unit'],
  value: Value,
): ParityRow {
  return { what, values: results.map(value), unit, agreement: 'ratio' };
}

/** Requests of all phases, measured or not, that came out so. */
export function countAll(result: Result, key: keyof Result['requests']): number {
  return result.phases.reduce((sum, phase) => sum + phase.requests[key], 0);
}

function areEqual(values: readonly (number | null)[]): boolean {
  return values.every((one) => one === values[0]);
}
