/** Lines of one kind that were left out of the log within a second. */
export interface OmittedLines {
  readonly kind: string;
  readonly lines: number;
  /** The sum of what they told of, in whatever it counts. */
  readonly amount: number;
}

interface Window {
  startMs: number;
  lines: number;
  omitted: number;
  amount: number;
}

const WINDOW_MS = 1_000;

/**
 * Lets so many lines of a kind into the log in each second, and one line about the rest: whoever floods us
 * must not fill our disk. Kinds must come from a closed set, since each has a place in memory.
 */
export class LineLimit {
  readonly #windows = new Map<string, Window>();
  readonly #onOmitted: (omitted: OmittedLines) => void;
  #timer: NodeJS.Timeout | null = null;

  /** @param onOmitted told once a second and kind, when there is anything to tell */
  constructor(onOmitted: (omitted: OmittedLines) => void) {
    this.#onOmitted = onOmitted;
  }

  /** Whether a line may be written now. `amount` is summed up for those that may not. */
  allows(kind: string, linesPerSecond: number, amount = 0): boolean {
    const window = this.#windowOf(kind);
    if (window.lines < linesPerSecond) {
      window.lines++;
      return true;
    }
    window.omitted++;
    window.amount += amount;
    this.#timer ??= setTimeout(() => this.#ring(), WINDOW_MS).unref();
    return false;
  }

  /** Tells of all that was left out and not told yet. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const [kind, window] of this.#windows) this.#tell(kind, window);
  }

  #windowOf(kind: string): Window {
    const nowMs = performance.now();
    const window = this.#windows.get(kind);
    if (window !== undefined && nowMs - window.startMs < WINDOW_MS) return window;
    if (window !== undefined) this.#tell(kind, window);
    const fresh = { startMs: nowMs, lines: 0, omitted: 0, amount: 0 };
    this.#windows.set(kind, fresh);
    return fresh;
  }

  #ring(): void {
    this.#timer = null;
    for (const [kind, window] of this.#windows) this.#tell(kind, window);
  }

  #tell(kind: string, window: Window): void {
    const { omitted: lines, amount } = window;
    if (lines === 0) return;
    window.omitted = 0;
    window.amount = 0;
    this.#onOmitted({ kind, lines, amount });
  }
}
