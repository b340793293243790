/**
 * Makes a scenario that fails in the virtual world smaller, as a file that needs no other: its candidates are checked
 * like any scenario, and run with the seed of the one that was given.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import { stringify } from 'yaml';
import { resultOf } from '../mutate/scenario-run.ts';
import type { Result } from '../result/result.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { scenarioOrNull } from './candidate.ts';
import { isFairCandidate } from './fair.ts';
import type { FailureKind } from './failure.ts';
import { failsAlike } from './shrink-finding.ts';
import { shrink, type Budget } from './shrink/shrink.ts';
import { relativeTo, selfContained } from './self-contained.ts';
import type { Document } from './shrink/document.ts';
import { tryScenario } from './trial.ts';

/** A smaller scenario may find other ways to talk; one that talks so much more than the given one is cut. */
const EVENTS_FACTOR = 4;
const LEAST_EVENTS = 100_000;

/** The given scenario cannot be cut before it is known. */
const MOST_EVENTS = 50_000_000;

/** What `shrinkScenario` made. */
export interface SmallScenario {
  /** YAML, for a file in the folder that was named. */
  readonly text: string;
  /** What fails, in the given one and in this one. */
  readonly failure: FailureKind;
  readonly result: Result;
  /** Candidates that were run. */
  readonly runs: number;
  /** Whether no single step makes it smaller. */
  readonly minimal: boolean;
}

/** How a search for less is bounded and told of. */
export interface ShrinkOptions extends Budget {
  readonly environment: Result['environment'];
  /** Folder in which the text will be a file. */
  readonly folder: string;
  /** A candidate was run, the so-manieth. */
  onRun(runs: number): void;
}

/** Makes it smaller. Null: it does not fail. */
export async function shrinkScenario(
  scenario: Scenario,
  options: ShrinkOptions,
): Promise<SmallScenario | null> {
  const document = selfContained(scenario);
  const given = tryScenario(document, options.environment, MOST_EVENTS);
  const [failure] = given.failures;
  if (failure === undefined) return null;
  const mostEvents = Math.max(LEAST_EVENTS, EVENTS_FACTOR * given.events);
  let runs = 0;
  const judge = {
    isValid: (candidate: Document): boolean => isFairCandidate(candidate, scenario),
    stillFails: async (candidate: Document): Promise<boolean> => {
      options.onRun(++runs);
      // Signals get their turn.
      await breathe();
      const { failures } = tryScenario(candidate, options.environment, mostEvents);
      return failsAlike(failures, failure, given.failures);
    },
  };
  const shrunk = await shrink(document, judge, options);
  return {
    text: stringify(relativeTo(shrunk.document, options.folder)),
    failure,
    result: resultOf(scenarioOrNull(shrunk.document)!, mostEvents, options.environment).result,
    runs: shrunk.runs,
    minimal: shrunk.minimal,
  };
}
