import { clip, columnsOf, painter, safe, type Paint, type Style } from './screen-text.ts';
import { showFigure, showNumber } from '../result/show-figure.ts';

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
  readonly wrong: number;
  readonly failed: number;
  readonly bytesPerSecond: number;
}

/** What the line needs of a stream; `process.stderr` has it. */
export interface LiveStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** People cannot read faster, and a terminal over a slow link cannot draw faster. */
const REDRAW_MS = 100;
const DEFAULT_COLUMNS = 80;
const BAR_COLUMNS = 8;

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const ERASE_LINE = '\r\u001b[2K';

/** Signals that end a process without `exit` handlers, so that a hidden cursor would stay hidden. */
const DEADLY = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * One line that is redrawn while a run goes on. On a stream that is no terminal it does nothing.
 * The cursor is hidden from the first drawing on; it comes back, and the line goes, with `dispose`,
 * at the end of the process, or on a signal that nobody else handles.
 */
export class LiveLine implements Disposable {
  readonly #stream: LiveStream;
  readonly #paint: Paint;
  readonly #now: () => number;
  #latest: Progress | null = null;
  #drawnAtMs = -Infinity;
  #timer: NodeJS.Timeout | null = null;
  #isDrawn = false;
  #isDisposed = false;

  /** @param options.now milliseconds that never go back; for tests */
  constructor(
    stream: LiveStream,
    options: { readonly color: boolean; readonly now?: () => number },
  ) {
    this.#stream = stream;
    this.#paint = painter(options.color);
    this.#now = options.now ?? (() => performance.now());
  }

  /** Shows this, now or soon; cheap enough to call for every event. */
  update(progress: Progress): void {
    if (this.#stream.isTTY !== true || this.#isDisposed) return;
    this.#latest = progress;
    if (this.#timer !== null) return;
    const waitMs = this.#drawnAtMs + REDRAW_MS - this.#now();
    if (waitMs <= 0) {
      this.#draw();
      return;
    }
    // The last of many updates must be drawn too, even when no other follows. The timer itself is
    // no reason for the process to live on.
    this.#timer = setTimeout(this.#draw, waitMs).unref();
  }

  /** Erases the line and shows the cursor again; may be called twice. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (!this.#isDrawn) return;
    this.#stream.write(`${ERASE_LINE}${SHOW_CURSOR}`);
    process.off('exit', this.#onExit);
    for (const signal of DEADLY) process.off(signal, this.#onSignal);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  readonly #draw = (): void => {
    this.#timer = null;
    if (this.#latest === null) return;
    this.#drawnAtMs = this.#now();
    const columns = this.#stream.columns || DEFAULT_COLUMNS;
    // Writing to the last column would make some terminals scroll.
    const line = composeLine(this.#latest, columns - 1, this.#paint);
    const start = this.#isDrawn ? ERASE_LINE : this.#begin();
    this.#stream.write(start + line);
  };

  #begin(): string {
    this.#isDrawn = true;
    process.on('exit', this.#onExit);
    for (const signal of DEADLY) process.on(signal, this.#onSignal);
    return HIDE_CURSOR;
  }

  readonly #onExit = (): void => this.dispose();

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    // Somebody else handles it, and may let the run go on to a tidy end; that code disposes.
    if (process.listenerCount(signal) > 1) return;
    this.dispose();
    // Without listeners the signal does what it would have done without us.
    process.kill(process.pid, signal);
  };
}

/** A piece of the line; what stands first survives on a narrow terminal. */
interface Piece {
  readonly text: string;
  readonly style?: Style;
}

function composeLine(progress: Progress, width: number, paint: Paint): string {
  let line = '';
  let left = width;
  for (const { text, style } of pieces(progress)) {
    const fitting = clip(text, left);
    left -= columnsOf(fitting);
    line += style === undefined || fitting === '' ? fitting : paint(style, fitting);
    if (fitting !== text) break;
  }
  return line;
}

function pieces(progress: Progress): Piece[] {
  const { phase, phaseIndex, phaseCount, due, done, wrong, failed, bytesPerSecond } = progress;
  const { repetition } = progress;
  const share = shareDone(progress);
  return [
    ...(repetition ? [{ text: `${repetition.run} of ${repetition.of}  ` }] : []),
    { text: safe(phase), style: 'bold' },
    { text: ` (${phaseIndex + 1}/${phaseCount})` },
    ...(share === null ? [] : bar(share)),
    { text: whatIsLeft(progress) },
    ...(due > 0 ? [{ text: `  ${showNumber(done)}/${showNumber(due)} done` }] : []),
    ...bad(wrong, 'wrong'),
    ...bad(failed, 'failed'),
    ...(due > 0 ? [{ text: `  ${showFigure('bytesPerSecond', bytesPerSecond)}` }] : []),
  ];
}

function bad(count: number, word: string): Piece[] {
  return count === 0 ? [] : [{ text: `  ${showNumber(count)} ${word}`, style: 'red' }];
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
