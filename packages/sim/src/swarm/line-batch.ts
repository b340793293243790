/** Lines wait so long for others that go with them. */
const WAIT_MS = 4;

/** Collects lines and writes them together: a stream of containers costs by the write, not by the byte. */
export class LineBatch {
  readonly #write: (text: string) => void;
  #lines: string[] = [];
  #timer: NodeJS.Timeout | null = null;

  /** `write` gets whole lines with their ends. */
  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Takes a line without its end. */
  add(line: string): void {
    this.#lines.push(line);
    this.#timer ??= setTimeout(() => this.flush(), WAIT_MS);
  }

  /** Writes what there is now. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#lines.length === 0) return;
    const text = `${this.#lines.join('\n')}\n`;
    this.#lines = [];
    this.#write(text);
  }
}
