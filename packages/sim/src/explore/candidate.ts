import { scenarioOf } from '../scenario/load.ts';
import { ScenarioError } from '../scenario/located-error.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Document } from './shrink/document.ts';

/** The scenario that a document stands for; null when it is none. */
export function scenarioOrNull(document: Document): Scenario | null {
  try {
    return scenarioOf(document, 'candidate.yaml');
  } catch (error) {
    if (error instanceof ScenarioError) return null;
    throw error;
  }
}
