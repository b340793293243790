import { scenarioOrNull } from './candidate.ts';
import { isFairCandidate } from './fair.ts';
import type { FailureKind } from './failure.ts';
import type { Document } from './shrink/document.ts';
import { shrink, type Shrunk } from './shrink/shrink.ts';
import type { Trial } from './trial.ts';

/** Candidates that are run at most for one finding. */
const MOST_RUNS = 2_000;

/** Makes a scenario that fails smaller, as long as the same fails. `isOver` is asked before each candidate. */
export async function shrinkFinding(
  document: Document,
  failure: FailureKind,
  tryOne: (candidate: Document) => Promise<Trial>,
  isOver: () => boolean,
): Promise<Shrunk> {
  const given = (await tryOne(document)).failures;
  const stillFails = async (candidate: Document): Promise<boolean> =>
    failsAlike((await tryOne(candidate)).failures, failure, given);
  return await shrinkWith(document, stillFails, isOver);
}

/**
 * Whether a smaller scenario fails so, and in no way that the given one does not: what is new came with making it smaller,
 * and would be there without the bug as well.
 */
export function failsAlike(
  failures: readonly FailureKind[],
  failure: FailureKind,
  given: readonly FailureKind[],
): boolean {
  return failures.includes(failure) && failures.every((one) => given.includes(one));
}

/** The same with a judge of one's own. */
export async function shrinkWith(
  document: Document,
  stillFails: (candidate: Document) => Promise<boolean>,
  isOver: () => boolean,
): Promise<Shrunk> {
  const given = scenarioOrNull(document)!;
  const isValid = (candidate: Document): boolean => isFairCandidate(candidate, given);
  return await shrink(document, { isValid, stillFails }, { runs: MOST_RUNS, isOver });
}
