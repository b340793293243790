/** `sim diff BASE/ NEW/`: the results of many scenarios, each with that of the same scenario in the other folder. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { compare } from '../compare/compare.ts';
import { incomparable, withoutRuns, type Subject } from '../compare/subject.ts';
import { safe } from '../report/screen-text.ts';
import { isGateFailedBy, type Comparison, type FailOn } from '../result/comparison.ts';
import { shownPath } from '../result/shown-path.ts';
import { showComparison } from './compare-subjects.ts';
import { EXIT } from './exit-codes.ts';
import { say } from './outputs.ts';
import { isForeign, readSubject } from './subject-file.ts';
import { UsageError } from './usage-error.ts';

/** What `--json` writes beside results, and is none. */
const NO_RESULT = /\.(comparison|parity)\.json$/;

/** How folders are compared. */
export interface FolderOptions {
  readonly failOn?: FailOn;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** What came of one scenario. */
type Change = Comparison['change'] | 'not compared';

/** Compares two folders. Returns the exit code; throws a `UsageError`. */
export function diffFolders(base: string, other: string, options: FolderOptions): number {
  const [before, after] = [readFolder(base), readFolder(other)];
  const changes: Change[] = [];
  for (const [key, subject] of before) {
    const now = after.get(key);
    changes.push(
      now === undefined ? untold(subject, 'is in the base only') : told(subject, now, options),
    );
  }
  for (const [key, subject] of after) {
    if (!before.has(key)) changes.push(untold(subject, 'is new'));
  }
  say(summary(changes));
  return changes.some((change) => isFailed(change, options.failOn ?? null)) ? EXIT.fail : EXIT.pass;
}

/** The results of a folder, by what they are of. */
function readFolder(folder: string): ReadonlyMap<string, Subject> {
  const names = readdirSync(folder).filter(
    (name) => name.endsWith('.json') && !NO_RESULT.test(name),
  );
  if (names.length === 0) throw new UsageError(`${shownPath(folder)} has no results (*.json).`);
  const subjects = new Map<string, Subject>();
  for (const name of names.sort()) {
    const file = join(folder, name);
    if (isForeign(file)) {
      say(`${safe(shownPath(file))} is no result, and is passed over`);
      continue;
    }
    const subject = readSubject(file);
    const key = nameOf(subject);
    const twin = subjects.get(key);
    if (twin !== undefined) {
      throw new UsageError(`${twin.file} and ${subject.file} are both of ${safe(key)}.`);
    }
    subjects.set(key, subject);
  }
  if (subjects.size === 0) throw new UsageError(`${shownPath(folder)} has no results (*.json).`);
  return subjects;
}

function nameOf({ scenario, cell, runner }: Subject): string {
  return `${scenario}${cell === null ? '' : `, cell ${cell.number},`} on ${runner}`;
}

/** Compares the two and shows what differs. */
function told(base: Subject, other: Subject, options: FolderOptions): Change {
  const problem = incomparable(base, other) ?? withoutRuns(base) ?? withoutRuns(other);
  if (problem !== null) return untold(base, `is not compared: ${problem.replace(/\.$/, '')}`);
  const comparison = compare(base, other);
  const isQuiet = options.quiet === true || comparison.change === 'same';
  showComparison(comparison, { color: options.color, quiet: isQuiet });
  if (!isQuiet) console.log();
  return comparison.change;
}

function untold(subject: Subject, what: string): Change {
  say(`${safe(nameOf(subject))} ${safe(what)}`);
  return 'not compared';
}

/** A scenario that came or went was changed by somebody. */
function isFailed(change: Change, failOn: FailOn | null): boolean {
  return change === 'not compared' ? failOn === 'changed' : isGateFailedBy(change, failOn);
}

/** `WORSE: of 50 results 1 worse, 2 not compared, 47 same`. */
function summary(changes: readonly Change[]): string {
  const words = ['worse', 'changed', 'not compared', 'better', 'cannot-tell', 'same'] as const;
  const counts = words.map((word) => changes.filter((change) => change === word).length);
  const parts = words.flatMap((word, i) =>
    counts[i] === 0 ? [] : [`${counts[i]} ${word === 'cannot-tell' ? 'cannot be told' : word}`],
  );
  const worst = words.find((_, i) => counts[i]! > 0)!;
  return `${worst.replace('-', ' ').toUpperCase()}: of ${changes.length} results ${parts.join(', ')}`;
}
