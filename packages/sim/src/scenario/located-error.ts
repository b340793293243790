import { relative } from 'node:path';
import { styleText } from 'node:util';
import { columnsOfCharacter } from './character-columns.ts';

/** One mistake in a scenario file. */
export interface Problem {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units as editors count. */
  readonly column: number;
  /** A sentence without its full stop; may hold text from the file, so print it with `formatScenarioError`. */
  readonly message: string;
  /** The line as the file has it; empty when the whole file is at fault. */
  readonly sourceLine: string;
  /** Absolute path of the file that it stands in, when that is not the scenario's own: a base of it, or a trace. */
  readonly file?: string;
}

/** A scenario cannot be used. It carries every mistake that was found, in the order of the file. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly code = 'scenario-invalid';
  /** Absolute path of the scenario. */
  readonly file: string;
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    const first = problems[0];
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    const place = `${first?.file ?? file}:${first?.line ?? 1}:${first?.column ?? 1}`;
    super(`${place}  ${first?.message ?? ''}${more}`);
    this.file = file;
    this.problems = problems;
  }
}

/** Columns that a shown source line may take at most. */
const WIDEST = 100;
const INDENT = '  ';

/** A terminal that text is laid out for. */
export interface Terminal {
  readonly columns: number;
  /** Joins words to lines of at most `columns`; lines after the first start with `indent` spaces. */
  readonly wrap: (words: readonly string[], columns: number, indent: number) => readonly string[];
}

/** How mistakes are shown. */
export interface MistakeLayout {
  readonly color: boolean;
  /** Without it, as for a file or a pipe, each sentence is one line. */
  readonly terminal?: Terminal | undefined;
}

/**
 * The text for people: for each problem `file:line:column  message`, the source line and a caret.
 * Safe for a terminal: control, bidirectional and invisible characters are written as escapes.
 * The path is relative to the working directory.
 */
export function formatScenarioError(
  error: ScenarioError,
  { color, terminal }: MistakeLayout,
): string {
  const paint = (format: Parameters<typeof styleText>[0], text: string): string =>
    // The caller has looked at its stream; styleText would ask stdout, which may be another one.
    color ? styleText(format, text, { validateStream: false }) : text;
  const width = Math.min(WIDEST, (terminal?.columns ?? Infinity) - INDENT.length);
  return error.problems
    .map((problem) => {
      const place = placeOf(problem, error.file);
      const sentence = sentenceOf(place, visible(problem.message), terminal);
      const head = `${paint('bold', place)}${sentence.slice(place.length)}\n`;
      if (problem.sourceLine === '') return head;
      const { line, caretAt } = clip(problem.sourceLine, problem.column - 1, width);
      return `${head}${INDENT}${line}\n${INDENT}${' '.repeat(caretAt)}${paint('red', '^')}\n`;
    })
    .join('');
}

function placeOf({ file, line, column }: Problem, scenario: string): string {
  const path = file ?? scenario;
  return `${visible(relative(process.cwd(), path) || path)}:${line}:${column}`;
}

/** The place stays in one piece, which terminals make a link of, even where it is longer than a line. */
function sentenceOf(place: string, message: string, terminal: Terminal | undefined): string {
  if (terminal === undefined) return `${place}  ${message}`;
  const { columns: width, wrap } = terminal;
  if (columns([place]) > width) {
    const lines = wrap(message.split(' '), width - INDENT.length, 0);
    return [place, ...lines.map((line) => INDENT + line)].join('\n');
  }
  return wrap([`${place} `, ...message.split(' ')], width, INDENT.length).join('\n');
}

/** The part of a line around an offset that fits, made visible, and the column where the offset is in it. */
function clip(source: string, offset: number, width: number): { line: string; caretAt: number } {
  // Cut before looking at characters: a line can be a mebibyte long, and have many mistakes.
  const from = Math.max(0, offset - width);
  const before = Array.from(source.slice(from, offset), visible);
  const after = Array.from(source.slice(offset, offset + width), visible);
  const cutAfter = offset + width < source.length;
  const fits = from === 0 && !cutAfter && columns(before) + columns(after) <= width;
  if (fits) return { line: [...before, ...after].join('').trimEnd(), caretAt: columns(before) };

  const left = takeWithin(
    before.toReversed(),
    from > 0,
    Math.max(width / 2, width - columns(after) - 1),
  ).toReversed();
  const right = takeWithin(after, cutAfter, width - columns(left));
  return { line: [...left, ...right].join(''), caretAt: columns(left) };
}

/** The first characters that fit into `width`, the last of them `…` when something is left out. */
function takeWithin(characters: readonly string[], moreFollows: boolean, width: number): string[] {
  if (!moreFollows && columns(characters) <= width) return [...characters];
  const taken: string[] = [];
  let used = 1;
  for (const character of characters) {
    used += columns([character]);
    if (used > width) break;
    taken.push(character);
  }
  return [...taken, '…'];
}

/** Columns of a terminal that characters, some of them written as escapes, take. */
function columns(characters: readonly string[]): number {
  let sum = 0;
  for (const text of characters) for (const each of text) sum += columnsOfCharacter(each);
  return sum;
}

/** Text in which nothing can move the cursor, change colours, reverse the line or hide. */
function visible(text: string): string {
  return text
    .replaceAll('\t', ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
      const code = character.codePointAt(0) ?? 0;
      return code < 0x100
        ? `\\x${code.toString(16).padStart(2, '0')}`
        : `\\u{${code.toString(16)}}`;
    });
}
