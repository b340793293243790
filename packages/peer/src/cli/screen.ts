import * as readline from 'node:readline';
import type { Prompt } from './prompt.ts';
import { wrapped } from './wrapping.ts';

/** Bytes of notes that may wait for whoever reads our output. */
const MOST_WAITING_BYTES = 64 * 1_024;

/** Writes lines so that they do not end up in the middle of what is being typed. */
export class Screen {
  readonly #isQuiet: boolean;
  #dropped = 0;
  #prompt: Prompt | null = null;

  constructor(isQuiet: boolean) {
    this.#isQuiet = isQuiet;
  }

  /** From here on there is a prompt, which every line has to go around. */
  attach(prompt: Prompt): void {
    this.#prompt = prompt;
  }

  /** A result: always shown. */
  result(line: string): void {
    this.#write(process.stdout, line);
  }

  /** A result of names or addresses, one a line, which stay as they are: always shown. */
  list(lines: string): void {
    this.#write(process.stdout, lines, false);
  }

  /** Something that went wrong: always shown. */
  error(line: string): void {
    this.#write(process.stderr, line);
  }

  /** What the peer does: not with `--quiet`. */
  note(line: string): void {
    if (this.#isQuiet) return;
    // Nobody reads them: they must not pile up here.
    if (process.stdout.writableLength > MOST_WAITING_BYTES) this.#dropped++;
    else this.#write(process.stdout, this.#withDropped(line));
  }

  #withDropped(line: string): string {
    if (this.#dropped === 0) return line;
    const said = `(${this.#dropped} lines that nobody read are left out)\n${line}`;
    this.#dropped = 0;
    return said;
  }

  #write(stream: NodeJS.WriteStream, line: string, isSentence: boolean = true): void {
    const text = isSentence && stream.isTTY ? wrapped(line, stream.columns || 80) : line;
    const write = (): void => void stream.write(`${text}\n`);
    if (this.#prompt === null) write();
    else this.#prompt.writeAbove(write, stream.isTTY);
  }
}

/** A line on a terminal that is drawn over again and again, on standard error; nothing elsewhere. */
export class StatusLine {
  readonly #isShown: boolean;

  constructor(isWanted: boolean) {
    this.#isShown = isWanted && process.stderr.isTTY;
  }

  /** Columns that there are for it. */
  get columns(): number {
    return process.stderr.columns || 80;
  }

  draw(text: string): void {
    if (!this.#isShown) return;
    this.clear();
    process.stderr.write(text);
  }

  /** Takes the line away. */
  clear(): void {
    if (!this.#isShown) return;
    readline.cursorTo(process.stderr, 0);
    readline.clearLine(process.stderr, 0);
  }
}
