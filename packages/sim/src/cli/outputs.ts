import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { jsonPieces, writePieces } from '../report/json.ts';
import { safe, sentenceLines, wrap } from '../report/screen-text.ts';
import { renderTables } from '../report/tables.ts';
import { renderVerdict, repeatCommand, wrapVerdict } from '../report/verdict-line.ts';
import type { Result } from '../result/result.ts';
import { formatScenarioError, type ScenarioError } from '../scenario/located-error.ts';
import type { RunCommandOptions } from './run-options.ts';
import { UsageError } from './usage-error.ts';

/** Tables are laid out for at least this, and at most that many columns. */
const NARROWEST = 80;
const WIDEST = 120;

/** Says beforehand that a file cannot be written, which could only be said after a long run otherwise. */
export function checkOutput(option: string, path: string): void {
  if (path === '' || path === '-') {
    throw new UsageError(`${option} wants the name of a file, not "${path}".`);
  }
  const folder = dirname(resolve(path));
  if (!existsSync(folder)) throw new UsageError(`${option} ${path}: there is no folder ${folder}.`);
  const there = statSync(path, { throwIfNoEntry: false });
  // A pipe that nobody reads would keep us waiting for ever.
  if (there?.isDirectory() || there?.isFIFO()) {
    throw new UsageError(`${option} ${path}: that is ${there.isFIFO() ? 'a pipe' : 'a folder'}.`);
  }
}

/** Writes a report where `--json` says. Resolves to whether that was done, and says so when it was not. */
export async function keepJson(report: object, file: string | undefined): Promise<boolean> {
  if (file === undefined) return true;
  try {
    await writePieces('the result', jsonPieces(report), file);
    return true;
  } catch (error) {
    sayError(`sim: ${(error as Error).message}.`);
    return false;
  }
}

/** Prints the tables of a run, or its verdict alone. */
export function report(
  result: Result,
  { quiet, color }: Pick<RunCommandOptions, 'quiet' | 'color'>,
  recorded?: string,
): void {
  if (quiet) console.log(verdictOf(result, color));
  else
    console.log(
      renderTables(result, {
        color,
        width: screenWidth(),
        ...(recorded !== undefined && { recorded }),
      }),
    );
}

/** Prints one of several runs on a line; one that did not pass with its reasons and how to repeat it. */
export function reportBriefly(result: Result, color: boolean, before = ''): void {
  console.log(before + verdictOf(result, color, before.length));
  if (result.verdict === 'pass') return;
  for (const reason of result.reasons) say(`  ${safe(reason)}`);
  console.log(`  ${repeatCommand(result)}`);
}

/** The verdict in a line, or on a terminal in lines, beside so many columns that are taken. */
function verdictOf(result: Result, color: boolean, taken = 0): string {
  const columns = columnsIn(process.stdout);
  if (columns === null) return renderVerdict(result, { color });
  return wrapVerdict(result, { color, width: columns - taken });
}

/** Prints safe, unpainted sentences: on a terminal broken between words, elsewhere each on one line. */
export function say(text: string): void {
  console.log(sentenceLines(text, columnsIn(process.stdout)));
}

/** The same on standard error. */
export function sayError(text: string): void {
  console.error(sentenceLines(text, columnsIn(process.stderr)));
}

/** Says on standard error all that is wrong with a scenario. `isPainted`: as far as that is a terminal. */
export function sayMistakes(error: ScenarioError, isPainted: boolean): void {
  const columns = columnsIn(process.stderr);
  const terminal = columns === null ? undefined : { columns, wrap };
  console.error(formatScenarioError(error, { color: isPainted && columns !== null, terminal }));
}

/** Columns of a terminal, 20 at least; null for what is none. */
function columnsIn({ isTTY, columns }: NodeJS.WriteStream): number | null {
  return isTTY ? Math.min(WIDEST, Math.max(20, columns ?? NARROWEST)) : null;
}

/** Columns that tables are laid out for. */
export function screenWidth(): number {
  return Math.min(WIDEST, Math.max(NARROWEST, process.stdout.columns ?? NARROWEST));
}
