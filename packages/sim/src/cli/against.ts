import { incomparable, subjectOf, type Identity, type Subject } from '../compare/subject.ts';
import { scenarioDigest } from '../plan/scenario-digest.ts';
import type { RepeatReport } from '../report/repeat-report.ts';
import type { Result } from '../result/result.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { compareSubjects, showComparison } from './diff.ts';
import { exitCodeOfChange } from './fail-on.ts';
import { say } from './outputs.ts';
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

/** Compares what was done with the base and shows it. Returns the exit code, that of the gate alone. */
export function judgeAgainst(
  base: Subject | null,
  document: Result | RepeatReport,
  options: RunCommandOptions,
): number {
  if (base === null) return 0;
  try {
    const comparison = compareSubjects(base, subjectOf(document, null));
    if (!options.quiet) console.log(`\nCompared with ${base.file ?? 'the base'}:\n`);
    showComparison(comparison, options);
    return exitCodeOfChange(comparison, options.failOn);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    // The run itself has been told; it came to no end.
    say(error.message);
    return 0;
  }
}
