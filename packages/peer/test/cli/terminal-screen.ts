/** As much of a terminal as it takes to know what a person sees: what readline and Node write, no more. */
export class TerminalScreen {
  readonly #columns: number;
  /** Rows of cells, from the top; nothing scrolls away. */
  readonly #rows: string[][] = [[]];
  #row = 0;
  #column = 0;

  constructor(columns: number) {
    this.#columns = columns;
  }

  /** The rows that are not empty, as text. */
  get lines(): string[] {
    return this.#rows.map((row) =>
      Array.from(row, (cell) => cell ?? ' ')
        .join('')
        .trimEnd(),
    );
  }

  /** Takes what a program wrote. */
  write(text: string): void {
    // oxlint-disable-next-line no-control-regex -- these are what a terminal is about
    for (const [token] of text.matchAll(/\u001b\[[?]?[\d;]*[A-Za-z]|\r|\n|\u0007|\u0008|[^]/gu)) {
      if (token.length > 1 && token.startsWith('\u001b')) this.#obey(token);
      else this.#put(token);
    }
  }

  #put(character: string): void {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') this.#row++;
    else if (character === '\u0008') this.#column = Math.max(0, this.#column - 1);
    else if (character >= ' ') {
      if (this.#column === this.#columns) {
        this.#column = 0;
        this.#row++;
      }
      this.#cells()[this.#column++] = character;
    }
    this.#cells();
  }

  #obey(sequence: string): void {
    const count = Number(/\d+/.exec(sequence)?.[0] ?? Number.NaN);
    const by = Number.isNaN(count) ? 1 : count;
    switch (sequence.at(-1)) {
      case 'A':
        this.#row = Math.max(0, this.#row - by);
        break;
      case 'B':
        this.#row += by;
        break;
      case 'C':
        this.#column = Math.min(this.#columns - 1, this.#column + by);
        break;
      case 'D':
        this.#column = Math.max(0, this.#column - by);
        break;
      case 'G':
        this.#column = by - 1;
        break;
      case 'J':
        this.#cells().length = Math.min(this.#cells().length, this.#column);
        this.#rows.length = this.#row + 1;
        break;
      case 'K':
        if (count === 2) this.#cells().length = 0;
        else this.#cells().length = Math.min(this.#cells().length, this.#column);
        break;
      default:
    }
    this.#cells();
  }

  #cells(): string[] {
    while (this.#rows.length <= this.#row) this.#rows.push([]);
    return this.#rows[this.#row]!;
  }
}
