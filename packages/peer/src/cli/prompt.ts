import * as readline from 'node:readline';
import { completionsOf, MOST_COMPLETIONS } from './completion.ts';
import type { History } from './history.ts';

const QUESTION = "Enter image name to request (or 'exit'): ";

/** What a prompt asks of its owner. */
export interface PromptOwner {
  /** Names of images that can be completed. */
  names(): Promise<readonly string[]>;
  /** Tab was pressed where more could follow than can be shown. */
  onTooMany(count: number): void;
  /** Ctrl-C. Returns whether that was all: if not, the line is emptied, or the input ended. */
  onInterrupt(): boolean;
}

/** Where lines come from: a person at a terminal, with all that readline offers, or a pipe. */
export class Prompt {
  readonly isTerminal: boolean = process.stdin.isTTY && process.stdout.isTTY;
  readonly #input: readline.Interface;
  readonly #owner: PromptOwner;
  #isAsking = false;
  #hasStatus = false;

  constructor(owner: PromptOwner, history: History) {
    this.#owner = owner;
    this.#input = this.isTerminal
      ? readline.createInterface({
          input: process.stdin,
          output: process.stdout,
          terminal: true,
          history: history.entries,
          historySize: history.size,
          removeHistoryDuplicates: true,
          completer: (line, done) => void this.#complete(line, done),
        })
      : readline.createInterface({ input: process.stdin });
    if (!this.isTerminal) return;
    this.#input.on('line', (line) => history.add(line));
    this.#input.on('SIGINT', this.#interrupt);
    // What the shell says next begins on a line of its own.
    this.#input.on('close', () => this.#isAsking && process.stdout.write('\n'));
  }

  /** The lines, until the input ends or is closed. */
  lines(): AsyncIterable<string> {
    return this.#input;
  }

  /** Asks for the next line. */
  ask(): void {
    this.#isAsking = true;
    if (this.isTerminal) this.#show(QUESTION);
  }

  /** Asks for nothing while something else goes on; what is typed is kept for later. */
  busy(): void {
    this.#isAsking = false;
    if (!this.isTerminal) return;
    // Drawn anew where a status is seen: it may have taken more rows than what is left, and readline remembers those.
    if (this.#hasStatus) this.#show('');
    else this.#input.setPrompt('');
    this.#hasStatus = false;
  }

  /** Shows how far something is where the question was. It must fit into the columns that there are. */
  status(text: string): void {
    if (!this.isTerminal) return;
    this.#hasStatus = true;
    this.#show(`${text} `);
  }

  /** Columns that there are for a status and what follows it. */
  get columns(): number {
    return (process.stdout.columns || 80) - 1;
  }

  /**
   * Runs something that writes one or more lines, above what is being typed.
   * @param isSeen whether they go to a terminal, and so take room there
   */
  writeAbove(write: () => void, isSeen: boolean): void {
    if (!this.isTerminal) return write();
    // A question that is wider than the terminal takes several rows.
    const { rows } = this.#input.getCursorPos();
    readline.moveCursor(process.stdout, 0, -rows);
    readline.cursorTo(process.stdout, 0);
    readline.clearScreenDown(process.stdout);
    write();
    // readline goes up as many rows as it was down before it draws its line anew.
    if (isSeen || rows > 0) process.stdout.write('\n'.repeat(rows));
    this.#input.prompt(true);
  }

  close(): void {
    this.#input.close();
  }

  #show(prompt: string): void {
    this.#input.setPrompt(prompt);
    this.#input.prompt(true);
  }

  readonly #interrupt = (): void => {
    if (this.#owner.onInterrupt()) return;
    if (this.#input.line === '') return this.close();
    this.#input.write(null, { ctrl: true, name: 'e' });
    this.#input.write(null, { ctrl: true, name: 'u' });
  };

  async #complete(
    line: string,
    done: (error: null, found: [string[], string]) => void,
  ): Promise<void> {
    const { hits, count } = completionsOf(line, await this.#owner.names());
    if (count > MOST_COMPLETIONS) this.#owner.onTooMany(count);
    done(null, [hits, line]);
  }
}
