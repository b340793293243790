/** What a live screen says about a run, line by line. */
import { showFigure, showNumber } from '../result/show-figure.ts';
import { heatRows } from './heat.ts';
import { clip, columnsOf, safe, type Paint, type Style } from './screen-text.ts';
import { sparkline } from './sparkline.ts';

/** How far a run is; plain values, counted by whoever reads its journal. */
export interface Progress {
  /** Which of several runs this is, from 1. */
  readonly repetition?: { readonly run: number; readonly of: number };
  readonly phase: string;
  /** From 0. */
  readonly phaseIndex: number;
  readonly phaseCount: number;
  /** Since the start of this phase. */
  readonly elapsedUs: number;
  /** How long this phase will take; null when it ends by a condition. */
  readonly phaseUs: number | null;
  /** Pairs of peers that have reached each other, of all that there are; for discovery. */
  readonly known?: { readonly pairs: number; readonly of: number };
  /** Requests of the run so far, and how many of them came to an end. */
  readonly due: number;
  readonly done: number;
  /** How those of this phase came out so far. */
  readonly wrong: number;
  readonly failed: number;
  readonly excused: number;
  /** Of the last second or so, on the clock of the run. */
  readonly requestsPerSecond: number;
  readonly bytesPerSecond: number;
  /** Of the answers of this phase; null without any. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number } | null;
  /** Correct answers in equal pieces of the run so far. */
  readonly rates: readonly number[];
  /** Faults that have begun, those that go on first, the latest first; a few of them, and how many in all. */
  readonly faults: readonly LiveFault[];
  readonly faultCount: number;
  /** Bytes of images that each peer sent and fetched of late; −1: it is down. */
  readonly activity: ArrayLike<number>;
}

/** A fault that goes on, or is over. */
export interface LiveFault {
  readonly text: string;
  readonly isOver: boolean;
  readonly startUs: number;
}

const BAR_COLUMNS = 8;
const LABEL_COLUMNS = 9;
/** Beyond this a line is long to read. */
const MOST_COLUMNS = 100;

/** A piece of a line; what stands first survives on a narrow terminal. */
interface Piece {
  readonly text: string;
  readonly style?: Style;
}

/** The screen as lines of at most `width` columns. */
export function liveLines(progress: Progress, width: number, paint: Paint): string[] {
  const columns = Math.min(width, MOST_COLUMNS);
  const room = columns - LABEL_COLUMNS;
  const lines = [
    headPieces(progress),
    ...(progress.due > 0 ? requestLines(progress, room) : []),
    ...progress.faults.map((fault, i) => faultPieces(fault, i, progress, room)),
    ...heatLines(progress.activity, room),
  ];
  return lines.map((pieces) => composeLine(pieces, columns, paint));
}

/** The same in one line without colours, for logs. */
export function plainLine(progress: Progress): string {
  const { due, done, faultCount, requestsPerSecond } = progress;
  const pieces = [
    ...headPieces(progress, false),
    ...(due > 0
      ? [{ text: `  ${doneOf(done, due)}  ${showFigure('rate', requestsPerSecond)}` }]
      : []),
    ...badPieces(progress),
    ...(faultCount > 0 ? [{ text: `  ${countOf(faultCount, 'fault')}` }] : []),
  ];
  return pieces.map(({ text }) => text).join('');
}

function composeLine(pieces: readonly Piece[], width: number, paint: Paint): string {
  let line = '';
  let left = width;
  for (const { text, style } of pieces) {
    const fitting = clip(text, left);
    left -= columnsOf(fitting);
    line += style === undefined || fitting === '' ? fitting : paint(style, fitting);
    if (fitting !== text) break;
  }
  return line;
}

function headPieces(progress: Progress, hasBar = true): Piece[] {
  const { repetition, phase, phaseIndex, phaseCount } = progress;
  const share = hasBar ? shareDone(progress) : null;
  return [
    ...(repetition ? [{ text: `${repetition.run} of ${repetition.of}  ` }] : []),
    { text: safe(phase), style: 'bold' },
    { text: ` (${phaseIndex + 1}/${phaseCount})` },
    ...(share === null ? [] : bar(share)),
    { text: whatIsLeft(progress) },
  ];
}

function requestLines(progress: Progress, room: number): Piece[][] {
  const { due, done, requestsPerSecond, bytesPerSecond, latencyMs, rates } = progress;
  const bad = badPieces(progress);
  const speed = `${showFigure('rate', requestsPerSecond)}  ${showFigure('bytesPerSecond', bytesPerSecond)}`;
  return [
    [label('requests'), { text: `${doneOf(done, due)}  ${speed}` }],
    [label('latency'), { text: latencyMs === null ? '–' : latencyText(latencyMs) }],
    [label('errors'), ...(bad.length === 0 ? [{ text: 'none' }] : trimmed(bad))],
    ...(rates.some((rate) => rate > 0) ? [[label('rate'), { text: sparkline(rates, room) }]] : []),
  ];
}

function latencyText({ p50, p99, max }: NonNullable<Progress['latencyMs']>): string {
  const show = (milliseconds: number): string => showFigure('time', milliseconds * 1e3);
  return `p50 ${show(p50)}  p99 ${show(p99)}  max ${show(max)}`;
}

function faultPieces(
  { text, isOver, startUs }: LiveFault,
  at: number,
  { faults, faultCount }: Progress,
  room: number,
): Piece[] {
  const when = ` at ${showFigure('time', startUs)}${isOver ? ', over' : ''}`;
  const others = faultCount - faults.length;
  const more = at === faults.length - 1 && others > 0 ? `  and ${showNumber(others)} before` : '';
  return [
    at === 0 ? label('faults') : { text: ' '.repeat(LABEL_COLUMNS) },
    isOver ? { text: '○ ', style: 'dim' } : { text: '● ', style: 'yellow' },
    // Long texts must not push away when it was, and how many others there are.
    { text: clip(safe(text), Math.max(8, room - 2 - columnsOf(when) - columnsOf(more))) },
    { text: when },
    { text: more, style: 'dim' },
  ];
}

function heatLines(activity: Progress['activity'], room: number): Piece[][] {
  const { rows, peersEach } = heatRows(activity, room);
  const what =
    peersEach > 1
      ? `${peersEach} peers a block; height: what they send`
      : 'height: what a peer sends';
  const legend = `${what} and fetch${peersEach > 1 ? '' : 'es'}; · nothing, × down`;
  const note = rows.length === 0 ? [] : [[label(''), { text: legend, style: 'dim' as const }]];
  return [...rows.map((row, at) => [label(at === 0 ? 'peers' : ''), ...row]), ...note];
}

function label(text: string): Piece {
  return { text: text.padEnd(LABEL_COLUMNS), style: 'dim' };
}

function doneOf(done: number, due: number): string {
  return `${showNumber(done)}/${showNumber(due)} done`;
}

function badPieces({ wrong, failed, excused }: Progress): Piece[] {
  return [
    ...bad(wrong, 'wrong', 'red'),
    ...bad(failed, 'failed', 'red'),
    ...bad(excused, 'excused', 'yellow'),
  ];
}

function bad(count: number, word: string, style: Style): Piece[] {
  return count === 0 ? [] : [{ text: `  ${showNumber(count)} ${word}`, style }];
}

function trimmed([first, ...others]: readonly Piece[]): Piece[] {
  return first === undefined ? [] : [{ ...first, text: first.text.trimStart() }, ...others];
}

function countOf(count: number, noun: string): string {
  return `${showNumber(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function shareDone({ elapsedUs, phaseUs, known }: Progress): number | null {
  if (phaseUs !== null && phaseUs > 0) return Math.min(1, elapsedUs / phaseUs);
  if (known !== undefined && known.of > 0) return Math.min(1, known.pairs / known.of);
  return null;
}

function bar(share: number): Piece[] {
  const full = Math.floor(share * BAR_COLUMNS);
  return [
    { text: `  ${'━'.repeat(full)}`, style: 'green' },
    { text: '─'.repeat(BAR_COLUMNS - full), style: 'dim' },
  ];
}

function whatIsLeft({ elapsedUs, phaseUs, known }: Progress): string {
  // Tenths of a second only: finer ones would flicker.
  if (phaseUs !== null) return `  ${tenths(Math.max(0, phaseUs - elapsedUs))} left`;
  if (known === undefined) return `  ${tenths(elapsedUs)}`;
  return `  ${showNumber(known.pairs)} of ${showNumber(known.of)} pairs know each other`;
}

function tenths(microseconds: number): string {
  return microseconds < 120e6
    ? `${showNumber(microseconds / 1e6, 1)} s`
    : showFigure('time', microseconds);
}
