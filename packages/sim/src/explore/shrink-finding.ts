import type { Result } from '../result/result.ts';
import { scenarioOf } from '../scenario/load.ts';
import { ScenarioError } from '../scenario/located-error.ts';
import type { Document } from './shrink/document.ts';
import { shrink, type Shrunk } from './shrink/shrink.ts';
import { tryScenario } from './trial.ts';

/** Candidates that are run at most for one finding. */
const MOST_RUNS = 2_000;

/** Makes a scenario that fails smaller, as long as the same fails. `isOver` is asked before each candidate. */
export async function shrinkFinding(
  document: Document,
  failure: string,
  environment: Result['environment'],
  isOver: () => boolean,
): Promise<Shrunk> {
  const judge = {
    isValid: isScenario,
    stillFails: async (candidate: Document): Promise<boolean> =>
      tryScenario(candidate, environment).failure === failure,
  };
  return await shrink(document, judge, { runs: MOST_RUNS, isOver });
}

function isScenario(candidate: Document): boolean {
  try {
    scenarioOf(candidate, 'candidate.yaml');
    return true;
  } catch (error) {
    if (error instanceof ScenarioError) return false;
    throw error;
  }
}
