import { createLogUpdate } from 'log-update';
import { liveLines, plainLine, type Progress } from './live-lines.ts';
import { columnsOf, painter, type Paint } from './screen-text.ts';

/** What the screen needs of a stream; `process.stderr` is one. */
export type LiveStream = Pick<
  NodeJS.WriteStream,
  'isTTY' | 'columns' | 'rows' | 'write' | 'on' | 'off'
>;

/** People cannot read faster, and a terminal over a slow link cannot draw faster. */
const REDRAW_MS = 200;
/** Drawing takes a hundredth of the time at most, unless that would make the screen look dead. */
const TIME_FOR_DRAWING = 100;
const LONGEST_PAUSE_MS = 1_000;
/** A log of CI shows that the run goes on, and stays short. */
const PLAIN_MS = 10_000;
const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const ERASE_BELOW = '\u001b[J';

/** Signals that end a process without `exit` handlers, so that a hidden cursor would stay hidden. */
const DEADLY = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A few lines that are redrawn in place while a run goes on. The cursor is hidden from the first drawing on;
 * it comes back, and the lines go, with `dispose`, at the end of the process, on a signal that nobody else
 * handles, and while the process is suspended. On a stream that is no terminal: a plain line now and then.
 */
export class LiveScreen implements Disposable {
  readonly #stream: LiveStream;
  readonly #paint: Paint;
  readonly #now: () => number;
  readonly #log: ReturnType<typeof createLogUpdate>;
  #latest: (() => Progress) | null = null;
  #drawn: readonly string[] = [];
  #drawnAtMs: number;
  /** From one drawing to the next. */
  #pauseMs = REDRAW_MS;
  #timer: NodeJS.Timeout | null = null;
  #isBegun = false;
  #isDisposed = false;

  /** @param options.now milliseconds that never go back; for tests */
  constructor(
    stream: LiveStream,
    options: { readonly color: boolean; readonly now?: () => number },
  ) {
    this.#stream = stream;
    this.#paint = painter(options.color);
    this.#now = options.now ?? (() => performance.now());
    // The library would hide the cursor of standard error, whatever the stream is.
    this.#log = createLogUpdate(sized(stream), { showCursor: true });
    this.#drawnAtMs = stream.isTTY ? -Infinity : this.#now();
  }

  /** Shows this, now or soon. Cheap enough for every event: `take` is called when something is drawn. */
  update(take: () => Progress): void {
    if (this.#isDisposed) return;
    if (!this.#stream.isTTY) return this.#writePlain(take);
    this.#latest = take;
    if (this.#timer !== null) return;
    const waitMs = this.#drawnAtMs + this.#pauseMs - this.#now();
    if (waitMs <= 0) {
      this.#draw();
      return;
    }
    // The last of many updates must be drawn too, even when no other follows. The timer itself is
    // no reason for the process to live on.
    this.#timer = setTimeout(this.#draw, waitMs).unref();
  }

  /** Erases the lines and shows the cursor again; may be called twice. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (!this.#isBegun) return;
    this.#erase();
    this.#stream.off('resize', this.#onResize);
    process.off('exit', this.#onExit);
    process.off('SIGTSTP', this.#onSuspend);
    process.off('SIGCONT', this.#onResume);
    for (const signal of DEADLY) process.off(signal, this.#onSignal);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #writePlain(take: () => Progress): void {
    if (this.#now() - this.#drawnAtMs < PLAIN_MS) return;
    this.#drawnAtMs = this.#now();
    this.#stream.write(`${plainLine(take())}\n`);
  }

  readonly #draw = (): void => {
    this.#timer = null;
    if (this.#latest === null) return;
    this.#drawnAtMs = this.#now();
    if (!this.#isBegun) this.#begin();
    // Writing to the last column or row would make some terminals scroll.
    const columns = (this.#stream.columns || DEFAULT_COLUMNS) - 1;
    const rows = (this.#stream.rows || DEFAULT_ROWS) - 1;
    this.#drawn = liveLines(this.#latest(), columns, this.#paint).slice(0, Math.max(1, rows));
    this.#log(this.#drawn.join('\n'));
    const paidForMs = (this.#now() - this.#drawnAtMs) * TIME_FOR_DRAWING;
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(REDRAW_MS, paidForMs));
  };

  #begin(): void {
    this.#isBegun = true;
    this.#stream.write(HIDE_CURSOR);
    this.#stream.on('resize', this.#onResize);
    process.on('exit', this.#onExit);
    process.on('SIGTSTP', this.#onSuspend);
    process.on('SIGCONT', this.#onResume);
    for (const signal of DEADLY) process.on(signal, this.#onSignal);
  }

  #erase(): void {
    this.#log.clear();
    this.#log.done();
    this.#drawn = [];
    this.#stream.write(SHOW_CURSOR);
  }

  /** A narrower terminal has broken the lines into more rows than the library counts. */
  readonly #onResize = (): void => {
    const columns = this.#stream.columns || DEFAULT_COLUMNS;
    const rows = this.#drawn.reduce((sum, line) => sum + rowsOf(line, columns), 0);
    if (rows === 0) return;
    this.#log.done();
    this.#stream.write(`\u001b[${rows}A\r${ERASE_BELOW}`);
    this.#draw();
  };

  readonly #onExit = (): void => this.dispose();

  readonly #onSuspend = (): void => {
    if (this.#drawn.length > 0) this.#erase();
    process.off('SIGTSTP', this.#onSuspend);
    // Without a listener the signal stops us, as it would have.
    process.kill(process.pid, 'SIGTSTP');
  };

  readonly #onResume = (): void => {
    process.off('SIGTSTP', this.#onSuspend);
    process.on('SIGTSTP', this.#onSuspend);
    this.#stream.write(HIDE_CURSOR);
    this.#draw();
  };

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    // Somebody else handles it, and may let the run go on to a tidy end; that code disposes.
    if (process.listenerCount(signal) > 1) return;
    this.dispose();
    // Without listeners the signal does what it would have done without us.
    process.kill(process.pid, signal);
  };
}

/** Some terminals say that they have no columns and no rows, and the library would draw nothing there. */
function sized(stream: LiveStream): NodeJS.WriteStream {
  const shown = {
    isTTY: stream.isTTY,
    get columns(): number {
      return stream.columns || DEFAULT_COLUMNS;
    },
    get rows(): number {
      return stream.rows || DEFAULT_ROWS;
    },
    write: (text: string): boolean => stream.write(text),
  };
  return shown as NodeJS.WriteStream;
}

/** Rows that a painted line takes on a terminal. */
function rowsOf(line: string, columns: number): number {
  // oxlint-disable-next-line no-control-regex
  const unpainted = line.replaceAll(/\u001b\[[\d;]*m/g, '');
  return Math.max(1, Math.ceil(columnsOf(unpainted) / columns));
}
