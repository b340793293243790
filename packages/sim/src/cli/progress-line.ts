/** How often the line is drawn anew. */
const DRAW_MS = 200;

/** A line on a terminal that says how far something has come; nothing elsewhere. */
export class ProgressLine {
  readonly #isShown: boolean;
  #drawnMs = 0;

  constructor(isQuiet: boolean) {
    this.#isShown = !isQuiet && process.stderr.isTTY === true;
  }

  /** Draws the text, unless that has been done a moment ago. */
  draw(text: () => string): void {
    if (!this.#isShown || performance.now() - this.#drawnMs < DRAW_MS) return;
    this.#drawnMs = performance.now();
    process.stderr.write(`\r\u001b[2K${text()}`);
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#isShown) process.stderr.write('\r\u001b[2K');
  }
}
