import { statSync } from 'node:fs';
import { type Command } from 'commander';
import type { Comparison, FailOn } from '../result/comparison.ts';
import { jsonPieces, writePieces } from '../report/json.ts';
import { compareSubjects, showComparison } from './compare-subjects.ts';
import { diffFolders } from './diff-folders.ts';
import { EXIT } from './exit-codes.ts';
import { exitCodeOfChange, readFailOn } from './fail-on.ts';
import { checkOutput, sayError } from './outputs.ts';
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
  sim diff before/ after/                                          the results of many scenarios, two by two

On the virtual runner every difference is shown, down to one message more. On real sockets a figure is worse
or better when chance hardly explains it, and "cannot tell" otherwise; docs/gate.md says how.`;

/** Gives `sim diff` its options. `hasColor` says whether to paint, given what the user wants. */
export function defineDiff(command: Command, hasColor: (isWanted: boolean) => boolean): void {
  command
    .description('Compare two results of a scenario and say what is better, worse or the same.')
    .argument('<base>', 'what sim run --json has written, or a folder of that')
    .argument('<new>', 'the same, of later runs')
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
  const folders = [base, other].filter(isFolder);
  if (folders.length === 2) {
    if (json === undefined) return diffFolders(base, other, options);
    throw new UsageError('--json is of two results; leave it out, or compare one after the other.');
  }
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

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
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
