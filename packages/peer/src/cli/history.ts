/** What was typed at the prompt, kept from one run to the next. */
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolders } from '../operation/make-folders.ts';
import { stateHome } from '../operation/state-folder.ts';
import { displaySafe } from '../protocol/display.ts';

/** Lines that are kept. */
const MOST_LINES = 1_000;

/** Longer lines are no names. */
const LONGEST_LINE = 512;

/** A larger file is none of ours, or has been written to for very long. */
const MOST_BYTES = 1_024 * 1_024;

/** Where the history lies: in `$XDG_STATE_HOME`, or else in `~/.local/state`; null: there is no home. */
export function historyFile(
  environment: Readonly<Record<string, string | undefined>>,
): string | null {
  const home = stateHome(environment);
  return home === null ? null : join(home, 'p2p/history');
}

/** See the head of this file. A disk that will not have it is no reason to stop anybody: nothing is kept then. */
export class History {
  /** How many lines are kept at most. */
  readonly size: number = MOST_LINES;
  /** The newest first, as readline has it; safe to show. */
  readonly entries: string[] = [];
  readonly #file: string | null;

  /** @param file where it is kept; null: nowhere */
  constructor(file: string | null) {
    this.#file = file;
    if (file === null) return;
    const lines = readLines(file);
    this.entries = [...new Set(lines.toReversed())].slice(0, MOST_LINES);
    // Added to line by line, so that several peers can do it at once, and cut down only now and then.
    if (lines.length > 2 * MOST_LINES) rewrite(file, this.entries.toReversed());
  }

  /** Keeps a line. */
  add(line: string): void {
    if (this.#file === null || !isKept(line)) return;
    const file = this.#file;
    quietly(() => {
      makeFolders(dirname(file), 0o700);
      fs.appendFileSync(file, `${line}\n`, { mode: 0o600 });
    });
  }
}

function isKept(line: string): boolean {
  const isShort = line.trim() !== '' && line.length <= LONGEST_LINE;
  // It is shown as it is when an arrow key brings it back.
  return isShort && displaySafe(line, Infinity) === line;
}

function readLines(file: string): string[] {
  return (
    quietly(() => {
      const stats = fs.statSync(file);
      if (!stats.isFile() || stats.size > MOST_BYTES) return [];
      return fs.readFileSync(file, 'utf8').split('\n').filter(isKept);
    }) ?? []
  );
}

function rewrite(file: string, lines: readonly string[]): void {
  quietly(() => {
    const temporary = `${file}.${process.pid}`;
    fs.writeFileSync(temporary, lines.map((line) => `${line}\n`).join(''), {
      mode: 0o600,
      flag: 'wx',
    });
    fs.renameSync(temporary, file);
  });
}

function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
