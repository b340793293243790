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

/** An estimated time, or two: `0.3 s`, `6 s – 16 s`. */
export function aboutTime({ least, most }: Range): string {
  const [from, to] = [oneTime(least), oneTime(most)];
  return from === to ? from : `${from} – ${to}`;
}

function oneTime(us: number): string {
  const seconds = us / 1e6;
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  return minutes < 120 ? `${Math.round(minutes)} min` : `${Math.round(minutes / 60)} h`;
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
  const count = (number: number): Cell => (number === 0 ? NONE : { text: showNumber(number) });
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
