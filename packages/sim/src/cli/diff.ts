import { type Command } from 'commander';
import { compare } from '../compare/compare.ts';
import { comparisonNotes, renderChange, renderComparison } from '../report/comparison-table.ts';
import type { Comparison, FailOn } from '../result/comparison.ts';
import { jsonPieces, writePieces } from '../report/json.ts';
import { incomparable, withoutRuns, type Subject } from '../compare/subject.ts';
import { EXIT } from './exit-codes.ts';
import { exitCodeOfChange, readFailOn } from './fail-on.ts';
import { checkOutput, say, sayError, screenWidth } from './outputs.ts';
import { isSameFile } from './same-file.ts';
import { readSubject } from './subject-file.ts';
import { UsageError } from './usage-error.ts';

/** Options of `sim diff`, as commander reads them. */
export interface DiffOptions {
  readonly failOn?: FailOn;
  readonly json?: string;
  readonly quiet?: boolean;
  readonly color: boolean;
}

const EXAMPLES = `
Examples:
  sim run scenarios/mesh-10.yaml --repeat 10 --json base.json      before a change
  sim run scenarios/mesh-10.yaml --repeat 10 --json new.json       after it
  sim diff base.json new.json --fail-on worse                      exit code 1 when a figure is worse

On the virtual runner every difference is shown, down to one message more. On real sockets a figure is worse
or better when chance hardly explains it, and "cannot tell" otherwise; docs/gate.md says how.`;

/** Gives `sim diff` its options. `hasColor` says whether to paint, given what the user wants. */
export function defineDiff(command: Command, hasColor: (isWanted: boolean) => boolean): void {
  command
    .description('Compare two results of a scenario and say what is better, worse or the same.')
    .argument('<base>', 'what sim run --json has written')
    .argument('<new>', 'the same, of a later run')
    .option(
      '--fail-on <change>',
      'end with exit code 1 when a figure is worse, or changed',
      readFailOn,
    )
    .option('--json <file>', 'write the comparison to a file')
    .option('--quiet', 'print only the verdict')
    .option('--no-color', 'print without colours (also: NO_COLOR=1)')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', EXAMPLES)
    .action(async (base: string, other: string, options: DiffOptions) => {
      const color = hasColor(options.color);
      process.exitCode = await diffCommand(base, other, { ...options, color });
    });
}

/** Compares two files. Returns the exit code; throws a `UsageError`. */
export async function diffCommand(
  base: string,
  other: string,
  options: DiffOptions,
): Promise<number> {
  const { json } = options;
  if (json !== undefined) {
    checkOutput('--json', json);
    const lost = [base, other].find((file) => isSameFile(file, json));
    if (lost !== undefined) throw new UsageError(`--json ${json}: ${lost} would be lost.`);
  }
  const comparison = compareSubjects(readSubject(base), readSubject(other));
  showComparison(comparison, options);
  const code = exitCodeOfChange(comparison, options.failOn);
  return (await isKept(comparison, json)) ? code : EXIT.error;
}

/** Writes the comparison where it is wanted. Resolves to whether that was done, and says so when it was not. */
async function isKept(comparison: Comparison, file: string | undefined): Promise<boolean> {
  if (file === undefined) return true;
  try {
    await writePieces('the comparison', jsonPieces(comparison), file);
    return true;
  } catch (error) {
    sayError(`sim: ${(error as Error).message}.`);
    return false;
  }
}

/** The comparison of the two; throws a `UsageError` when they cannot be compared. */
export function compareSubjects(base: Subject, other: Subject): Comparison {
  const problem = incomparable(base, other) ?? withoutRuns(base) ?? withoutRuns(other);
  if (problem !== null) throw new UsageError(`nothing can be compared: ${problem}`);
  return compare(base, other);
}

/** Prints a comparison, or its verdict alone. */
export function showComparison(
  comparison: Comparison,
  { quiet, color }: Pick<DiffOptions, 'quiet' | 'color'>,
): void {
  if (!quiet) {
    const text = renderComparison(comparison, { color, width: screenWidth() });
    if (text !== '') console.log(text);
    const notes = comparisonNotes(comparison);
    for (const note of notes) say(note);
    if (text !== '' || notes.length > 0) console.log();
  }
  say(renderChange(comparison));
}
