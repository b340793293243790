import { relative } from 'node:path';
import { styleText } from 'node:util';
import { displaySafe } from '../../protocol/display.ts';

/** One mistake in the flags, the environment or the file. */
export interface ConfigurationProblem {
  /** Where it is: `--known 0`, `P2P_PORT=x`, or the absolute path of the file. Not safe for a terminal. */
  readonly where: string;
  /** Part of a sentence, without full stop. */
  readonly message: string;
  /** The place, when it is in the file; line and column from 1, the column in UTF-16 units. */
  readonly place?: { readonly line: number; readonly column: number; readonly sourceLine: string };
}

/** The configuration cannot be used. It carries every mistake that was found. */
export class ConfigurationError extends Error {
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    super(problems.map(({ where, message }) => `${where}: ${message}`).join('; '));
    this.name = 'ConfigurationError';
    this.problems = problems.toSorted(byPlace);
  }
}

/** Those of the file behind the others, in the order of its lines. */
function byPlace({ place: a }: ConfigurationProblem, { place: b }: ConfigurationProblem): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}

/**
 * The text for people, one problem after another, safe for a terminal; of one in a file also its line with
 * a caret below.
 */
export function formatConfigurationError(error: ConfigurationError, isColored: boolean): string {
  return error.problems.map((problem) => formatProblem(problem, isColored)).join('\n');
}

function formatProblem(problem: ConfigurationProblem, isColored: boolean): string {
  const { where, place } = problem;
  // The YAML library quotes the file in some of its messages.
  const message = displaySafe(problem.message, 1_000);
  if (place === undefined) return `p2p: ${displaySafe(where)}: ${message}`;
  const path = displaySafe(relative(process.cwd(), where) || where);
  const head = `${path}:${place.line}:${place.column}`;
  const { line, caretAt } = clip(place.sourceLine, place.column - 1);
  const shown = `${paint('bold', head, isColored)}  ${message}`;
  if (line.trim() === '') return shown;
  return `${shown}\n  ${line}\n  ${' '.repeat(caretAt)}${paint('red', '^', isColored)}`;
}

function paint(format: 'bold' | 'red', text: string, isColored: boolean): string {
  return isColored ? styleText(format, text, { validateStream: false }) : text;
}

/** Columns of the terminal that a shown line may take. */
const WIDTH = 76;

/** The part of a line around an offset, made safe, and where the offset is in it. */
function clip(source: string, offset: number): { line: string; caretAt: number } {
  const from = Math.max(0, offset - WIDTH / 2);
  const before = visible(source.slice(from, offset));
  const after = visible(source.slice(offset, from + WIDTH));
  const start = from > 0 ? '…' : '';
  return { line: `${start}${before}${after}`.trimEnd(), caretAt: start.length + before.length };
}

function visible(text: string): string {
  return displaySafe(text.replaceAll('\t', ' '), 1_000);
}
