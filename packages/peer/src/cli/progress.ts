/**
 * How far a transfer is. The wire does not say how long an image is, so there is no share of it and no
 * time left to show: bytes, rate and time so far. All times in milliseconds of one clock.
 */
import { displaySafe } from '../protocol/display.ts';
import { formatRate, formatShortBytes } from './wording.ts';

/** What is quicker than this shows nothing. */
export const PATIENCE_MS = 500;

/** How often what is shown is drawn anew. */
export const DRAW_MS = 200;

/** The rate is that of so long: a longer time hides that a transfer has stalled. */
const RATE_MS = 3_000;

interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

/** See the head of this file. */
export class TransferProgress {
  readonly #name: string;
  readonly #startMs: number;
  #samples: Sample[];

  constructor(name: string, nowMs: number) {
    this.#name = name;
    this.#startMs = nowMs;
    this.#samples = [{ atMs: nowMs, bytes: 0 }];
  }

  /** One line of at most `columns - 1` columns, safe for a terminal. */
  text(nowMs: number, bytes: number, columns: number): string {
    this.#note(nowMs, bytes);
    const elapsed = formatElapsed(nowMs - this.#startMs);
    const figures =
      bytes === 0
        ? `waiting for an answer, ${elapsed}`
        : `${formatShortBytes(bytes)}, ${this.#rate()}, ${elapsed}`;
    const room = columns - 3 - figures.length;
    if (room < 8) return figures.slice(0, columns - 2);
    return `${displaySafe(this.#name, Math.min(room, 40)).slice(0, room)}: ${figures}`;
  }

  #note(nowMs: number, bytes: number): void {
    // The next peer is asked, from the beginning.
    if (bytes < this.#samples.at(-1)!.bytes) this.#samples = [];
    this.#samples.push({ atMs: nowMs, bytes });
    while (this.#samples.length > 2 && nowMs - this.#samples[1]!.atMs >= RATE_MS) {
      this.#samples.shift();
    }
  }

  #rate(): string {
    const [first, last] = [this.#samples[0]!, this.#samples.at(-1)!];
    return formatRate(last.bytes - first.bytes, (last.atMs - first.atMs) * 1_000);
  }
}

/** `0:07`, `12:34`. */
function formatElapsed(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/**
 * Calls `draw` every now and then while a transfer that is not quick goes on; returns what ends that.
 */
export function watchTransfer(
  name: string,
  bytes: () => number,
  columns: () => number,
  draw: (text: string) => void,
): () => void {
  const progress = new TransferProgress(name, performance.now());
  const redraw = (): void => draw(progress.text(performance.now(), bytes(), columns()));
  let timer = setTimeout(() => {
    redraw();
    timer = setInterval(redraw, DRAW_MS);
  }, PATIENCE_MS);
  return () => clearTimeout(timer);
}
