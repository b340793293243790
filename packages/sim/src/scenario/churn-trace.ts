/**
 * A churn trace: who was there when, in a real network, as text with one session a line:
 *
 *   node,start,end
 *   7,0,812.5
 *   7,1630,
 *
 * A node is any name; `start` and `end` are seconds from the start of the trace, and a session without an
 * end lasts for ever. The line of names may be missing. Empty lines, lines that begin with `#`, and the
 * order of the sessions mean nothing. What archives of availability traces offer comes to this by leaving
 * columns out: node, start and end of each stretch of being there.
 */
import { readFileSync, statSync } from 'node:fs';
import type { Problem } from './located-error.ts';
import { quoted, shown } from './nearest.ts';
import type { ChurnSession } from './scenario.ts';
import type { Reading } from './units.ts';

/** What a trace says: the sessions of each node, rising and apart; nodes in the order of their first lines. */
export type ChurnTrace = readonly (readonly ChurnSession[])[];

/** What is wrong with a trace: with the file as a whole, or in lines of it. */
export type TraceReading =
  | { readonly ok: true; readonly trace: ChurnTrace }
  | { readonly ok: false; readonly problem: string }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Two million sessions. */
const MAX_FILE_BYTES = 64 * 2 ** 20;

/** Times of day and dates as seconds since 1970 are above this; they have to be made relative. */
const LONGEST_SECONDS = 1e8;

/** Longer lines are not sessions: a file without line ends is not taken apart at each of its commas. */
const LONGEST_LINE = 1_024;

/** A file in another format has as many wrong lines as lines. */
const MOST_PROBLEMS = 100;

const HEAD = /^node\s*,\s*start\s*,\s*end$/i;
const SECONDS = /^\d+(\.\d*)?(e[+-]?\d+)?$/i;

/** One line of the file. */
interface Line {
  /** From 1. */
  readonly number: number;
  /** Without its end. */
  readonly text: string;
}

/** One line with a session. */
interface Row extends ChurnSession {
  readonly node: string;
  readonly line: Line;
  readonly startColumn: number;
}

/** Part of a line between two commas, without the spaces around it. */
interface Field {
  readonly text: string;
  readonly column: number;
}

/** Reads a trace and checks all of it. `file` is an absolute path. */
export function readChurnTrace(file: string): TraceReading {
  const text = readText(file);
  if (!text.ok) return text;
  const reader = new TraceReader(file, text.value);
  const trace = reader.read();
  if (reader.problems.length > 0) return { ok: false, problems: reader.problems };
  if (trace.length === 0) return { ok: false, problem: 'it holds no session' };
  return { ok: true, trace };
}

function readText(file: string): Reading<string> {
  try {
    const stat = statSync(file);
    // A pipe or a device could block for ever or never end.
    if (!stat.isFile()) return { ok: false, problem: 'it is not a regular file' };
    if (stat.size > MAX_FILE_BYTES) return { ok: false, problem: 'it is larger than 64 MiB' };
    const decoder = new TextDecoder('utf-8', { fatal: true });
    return { ok: true, value: decoder.decode(readFileSync(file)) };
  } catch (error) {
    return { ok: false, problem: reasonOf(error as NodeJS.ErrnoException) };
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'no permission';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'it is not UTF-8 text';
  return code ?? message;
}

class TraceReader {
  readonly problems: Problem[] = [];
  readonly #file: string;
  readonly #text: string;
  readonly #rows = new Map<string, Row[]>();

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
  }

  read(): ChurnSession[][] {
    let isFirst = true;
    for (const line of linesOf(this.#text)) {
      const written = line.text.trim();
      if (written === '' || written.startsWith('#')) continue;
      if (!isFirst || !HEAD.test(written)) this.#readRow(line);
      isFirst = false;
    }
    return [...this.#rows.values()].map((rows) => this.#joined(rows));
  }

  #readRow(line: Line): void {
    const fields = line.text.length > LONGEST_LINE ? [] : fieldsOf(line.text);
    const [node, start, end] = fields;
    if (fields.length !== 3 || node === undefined || start === undefined || end === undefined) {
      return this.#report(line, 1, `expected node,start,end, got ${shown(line.text.trim())}`);
    }
    if (node.text === '') this.#report(line, node.column, 'the node has no name');
    const startUs = this.#readTime(line, start);
    const endUs = end.text === '' ? Infinity : this.#readTime(line, end);
    if (startUs === null || endUs === null) return;
    if (endUs <= startUs) {
      return this.#report(
        line,
        end.column,
        `the end ${end.text} is not after the start ${start.text}`,
      );
    }
    const rows = this.#rows.get(node.text) ?? [];
    rows.push({ node: node.text, line, startColumn: start.column, startUs, endUs });
    this.#rows.set(node.text, rows);
  }

  #readTime(line: Line, { text, column }: Field): number | null {
    const seconds = SECONDS.test(text) ? Number(text) : NaN;
    if (seconds <= LONGEST_SECONDS) return Math.round(seconds * 1e6);
    const message = Number.isNaN(seconds)
      ? `expected seconds such as 12.5, got ${shown(text)}`
      : `${text} s is more than three years; times count from the start of the trace`;
    this.#report(line, column, message);
    return null;
  }

  /** The sessions of one node in order; two that touch are one. */
  #joined(rows: Row[]): ChurnSession[] {
    const joined: ChurnSession[] = [];
    let before: Row | undefined;
    for (const row of rows.sort((a, b) => a.startUs - b.startUs)) {
      const last = joined.at(-1);
      const { startUs, endUs } = row;
      if (last !== undefined && startUs < last.endUs) {
        this.#reportOverlap(row, before!);
        continue;
      }
      if (last?.endUs === startUs) joined[joined.length - 1] = { startUs: last.startUs, endUs };
      else joined.push({ startUs, endUs });
      before = row;
    }
    return joined;
  }

  #reportOverlap({ node, line, startColumn }: Row, before: Row): void {
    const message = `${quoted(node)} is there already, from line ${before.line.number} on`;
    this.#report(line, startColumn, message);
  }

  #report(line: Line, column: number, message: string): void {
    if (this.problems.length > MOST_PROBLEMS) return;
    const isLast = this.problems.length === MOST_PROBLEMS;
    this.problems.push({
      file: this.#file,
      line: line.number,
      column,
      message: isLast ? 'this and more lines after it are wrong' : message,
      sourceLine: line.text,
    });
  }
}

/** One after the other: a list of all lines of a file that has nothing else would not fit into memory. */
function* linesOf(text: string): Generator<Line, void, void> {
  let from = 0;
  for (let number = 1; from <= text.length; number++) {
    const found = text.indexOf('\n', from);
    const end = found < 0 ? text.length : found;
    const hasReturn = found > from && text[end - 1] === '\r';
    yield { number, text: text.slice(from, hasReturn ? end - 1 : end) };
    from = end + 1;
  }
}

function fieldsOf(line: string): Field[] {
  let column = 1;
  return line.split(',').map((part) => {
    const field = { text: part.trim(), column: column + part.length - part.trimStart().length };
    column += part.length + 1;
    return field;
  });
}
