import type { Range } from '../plan/overview.ts';
import { showNumber } from '../result/show-figure.ts';
import type { TableContent } from './phase-tables.ts';
import { NONE, type Cell, type Row } from './text-table.ts';

/** What a run of a plan will need on one runner. All are estimates, and what is needed at most. */
export interface RunnerNeeds {
  readonly runner: string;
  /** What the scenario asks for and the runner cannot do, one sentence each. */
  readonly refusals: readonly string[];
  /** Of what the machine has less than the run needs, in one sentence; null: it has all. */
  readonly shortage: string | null;
  /** Ports to listen on. */
  readonly ports: number;
  /** Files and sockets that one process has open at once. */
  readonly openFiles: number;
  readonly processes: number;
  /** Folders that are made, and removed again. */
  readonly folders: number;
  /** Bytes in them: what the peers own at the start, and that with all that they could save. */
  readonly diskBytes: Range;
  /** Of all processes together. */
  readonly memoryBytes: number;
  /** By the clock of the peers. */
  readonly runUs: Range;
  /** By the clock on the wall, with setting up. */
  readonly wallUs: Range;
}

/** A row for each runner. One that refuses has its name in red. */
export function needsTable(needs: readonly RunnerNeeds[]): TableContent {
  return {
    columns: [
      { head: 'Needs', align: 'left', gives: true },
      { head: 'processes', align: 'right' },
      { head: 'ports', align: 'right' },
      { head: 'files', align: 'right' },
      { head: 'folders', align: 'right' },
      { head: 'disk', align: 'right' },
      { head: 'memory', align: 'right' },
      { head: 'takes about', align: 'right' },
    ],
    rows: needs.map(needsRow),
  };
}

/** Why a plan cannot be run on some runners, a sentence each. */
export function needsProblems(needs: readonly RunnerNeeds[]): string[] {
  return needs.flatMap(({ refusals, shortage }) => [
    ...refusals,
    ...(shortage === null ? [] : [shortage]),
  ]);
}

/** An estimated time, or two: `0.3 s`, `6 – 16 s`, `40 s – 3 min`. */
export function aboutTime({ least, most }: Range): string {
  const [from, to] = [inUnits(least), inUnits(most)];
  if (from.unit !== to.unit) return `${from.number} ${from.unit} – ${to.number} ${to.unit}`;
  if (from.number === to.number) return `${to.number} ${to.unit}`;
  return `${from.number} – ${to.number} ${to.unit}`;
}

function inUnits(us: number): { readonly number: number; readonly unit: string } {
  const seconds = us / 1e6;
  if (seconds < 9.95) return { number: Number(seconds.toFixed(1)), unit: 's' };
  if (seconds < 120) return { number: Math.round(seconds), unit: 's' };
  const minutes = seconds / 60;
  if (minutes < 120) return { number: Math.round(minutes), unit: 'min' };
  return { number: Math.round(minutes / 60), unit: 'h' };
}

/** A count, or nothing; rounded where all of its digits would take the room of the others. */
function count(number: number): Cell {
  if (number === 0) return NONE;
  return { text: number < 1e6 ? showNumber(number) : `${showNumber(number / 1e6, 1)} M` };
}

/** An estimated size: more than two digits are not known. */
function aboutBytes(bytes: number): string {
  const about = Number(bytes.toPrecision(2));
  return about < 1e9
    ? `${showNumber(about / 1e6)} MB`
    : `${showNumber(about / 1e9, about < 1e10 ? 1 : 0)} GB`;
}

function needsRow(needs: RunnerNeeds): Row {
  const { runner, refusals, shortage, processes, ports, openFiles, folders } = needs;
  const isShort = refusals.length > 0 || shortage !== null;
  return {
    cells: [
      isShort ? { text: runner, tail: ' ✗', style: 'red' } : { text: runner },
      count(processes),
      count(ports),
      count(openFiles),
      count(folders),
      folders === 0 ? NONE : { text: aboutBytes(needs.diskBytes.most) },
      { text: aboutBytes(needs.memoryBytes) },
      { text: aboutTime(needs.wallUs) },
    ],
  };
}
