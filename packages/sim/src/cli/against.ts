import { incomparable, subjectOf, type Identity, type Subject } from '../compare/subject.ts';
import { scenarioDigest } from '../plan/scenario-digest.ts';
import type { RepeatReport } from '../report/repeat-report.ts';
import { safe } from '../report/screen-text.ts';
import type { Comparison } from '../result/comparison.ts';
import type { Result } from '../result/result.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { compareSubjects, showComparison } from './compare-subjects.ts';
import { EXIT } from './exit-codes.ts';
import { exitCodeOfChange } from './fail-on.ts';
import { say } from './outputs.ts';
import type { CommandFiles } from './run-files.ts';
import type { RunCommandOptions } from './run-options.ts';
import { readSubject } from './subject-file.ts';
import { UsageError } from './usage-error.ts';

/** What a run will be, as far as it bears on whether it can be compared. */
export type RunToCome = Pick<Identity, 'runner' | 'seeds' | 'kind'> & { readonly runs: number };

/**
 * `sim run --against BASE`: reads the base before the run, and says then what could only be said after a
 * long run otherwise. Null when there is no base. Throws a `UsageError`.
 */
export function readBase(
  scenario: Scenario,
  { runner, seeds, kind, runs }: RunToCome,
  { against }: RunCommandOptions,
): Subject | null {
  if (against === undefined) return null;
  const base = readSubject(against);
  const { name, cell } = scenario;
  const problem = incomparable(base, {
    ...{ file: null, scenario: name, scenarioDigest: scenarioDigest(scenario) },
    ...{ cell: cell ?? null, runner, seeds, kind, runs: { done: runs } },
  });
  if (problem !== null) throw new UsageError(`nothing can be compared: ${problem}`);
  return base;
}

/**
 * Compares what was done with the base, shows it, and gives it to the reports. Resolves to the exit code, that of
 * the gate alone.
 */
export async function judgeAgainst(
  base: Subject | null,
  document: Result | RepeatReport,
  options: RunCommandOptions,
  files: CommandFiles,
): Promise<number> {
  if (base === null) return EXIT.pass;
  const comparison = comparisonWith(base, document);
  if (comparison === null) return EXIT.pass;
  if (!options.quiet) console.log(`\nCompared with ${safe(base.file ?? 'the base')}:\n`);
  showComparison(comparison, options);
  const report = { comparison, failOn: options.failOn ?? null, file: document.file };
  const isKept = await files.of('comparison').write({ kind: 'comparison', report });
  return Math.max(exitCodeOfChange(comparison, options.failOn), isKept ? EXIT.pass : EXIT.error);
}

/** Null when what was done cannot be compared, which is said: the run itself has been told, and came to no end. */
function comparisonWith(base: Subject, document: Result | RepeatReport): Comparison | null {
  try {
    return compareSubjects(base, subjectOf(document, null));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    say(error.message);
    return null;
  }
}
