import type { Latency, PhaseResult, RequestCounts, Result, Throughput } from '../result/result.ts';
import type { Style } from './screen-text.ts';
import { showFigure, showNumber } from '../result/show-figure.ts';
import { NONE, type Cell, type Column, type Row } from './text-table.ts';

/** A table's columns and rows, before it is laid out. */
export interface TableContent {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** What tables say about one phase, or about all. */
interface Measures extends Pick<PhaseResult, 'requests' | 'latencyMs' | 'throughput'> {
  /** Null for all: the run took longer than the phases that its figures are of. */
  readonly seconds: number | null;
}

/** How the requests came out, phase by phase and in all. */
export function correctnessTable(result: Result): TableContent {
  return {
    columns: columns('Correctness', ['due', 'correct', 'wrong', 'excused', 'failed', 'success']),
    rows: rowsOf(result, ({ requests }) => correctnessCells(requests)),
  };
}

/** How fast it was, phase by phase and in all. */
export function speedTable(result: Result): TableContent {
  const heads = ['time', 'requests/s', 'MB/s', 'p50', 'p90', 'p99', 'max'];
  const speed = ({ seconds, latencyMs, throughput }: Measures): Cell[] => [
    { text: seconds === null ? '' : showFigure('time', seconds * 1e6) },
    ...throughputCells(throughput, latencyMs !== null),
    ...latencyCells(latencyMs),
  ];
  return {
    columns: columns('Throughput, latency', heads),
    rows: rowsOf(result, speed),
  };
}

/** What the marks behind names of phases mean; empty when there are none. */
export function markNotes(phases: readonly PhaseResult[]): string[] {
  return [
    ...(phases.some(({ measured }) => !measured) ? ['* not measured, so not counted in all'] : []),
    ...(phases.some(({ complete }) => !complete) ? ['! did not come to its end'] : []),
  ];
}

function columns(title: string, heads: readonly string[]): Column[] {
  return [
    { head: title, align: 'left', gives: true },
    ...heads.map((head): Column => ({ head, align: 'right' })),
  ];
}

/** A row for each phase and one for all. */
function rowsOf(result: Result, cellsOf: (measures: Measures) => readonly Cell[]): Row[] {
  const phases = result.phases.map((phase): Row => {
    return { cells: [phaseCell(phase), ...cellsOf(phase)] };
  });
  const sum = cellsOf({ ...result, seconds: null });
  return [...phases, { cells: [{ text: 'all', style: 'bold' }, ...sum], isSum: true }];
}

function phaseCell({ name, measured, complete }: PhaseResult): Cell {
  const marks = `${measured ? '' : '*'}${complete ? '' : '!'}`;
  return {
    text: name,
    ...(marks !== '' && { tail: ` ${marks}` }),
    ...(!complete && { style: 'red' as const }),
  };
}

function correctnessCells(requests: RequestCounts): Cell[] {
  const { due, correct, wrong, excused, failed } = requests;
  if (due === 0) return [NONE, NONE, NONE, NONE, NONE, NONE];
  const success = successShare(requests);
  return [
    countCell(due),
    countCell(correct),
    countCell(wrong, 'red'),
    countCell(excused, 'yellow'),
    countCell(failed, 'red'),
    success === null ? NONE : { text: showFigure('share', success) },
  ];
}

/** Correct requests among those that could succeed; null when none could. */
function successShare({ due, correct, excused }: RequestCounts): number | null {
  return due === excused ? null : correct / (due - excused);
}

/** A count; one above zero that people should look at has a style. */
export function countCell(count: number, styleAboveZero?: Style): Cell {
  const text = count < 1e7 ? showNumber(count) : `${showNumber(count / 1e6, 1)} M`;
  return styleAboveZero !== undefined && count > 0 ? { text, style: styleAboveZero } : { text };
}

function throughputCells(throughput: Throughput, answered: boolean): Cell[] {
  if (!answered) return [NONE, NONE];
  return [
    { text: tenths(throughput.requestsPerSecond) },
    { text: tenths(throughput.bytesPerSecond / 1e6) },
  ];
}

/** With one decimal, but never `0.0` for what is more than nothing. */
function tenths(value: number): string {
  return value > 0 && value < 0.05 ? '<0.1' : showNumber(value, 1);
}

function latencyCells(latency: Latency | null): Cell[] {
  if (latency === null) return [NONE, NONE, NONE, NONE];
  return [latency.p50, latency.p90, latency.p99, latency.max].map((milliseconds) => ({
    text: showFigure('time', milliseconds * 1e3),
  }));
}
