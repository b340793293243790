import type { Fault, Scenario } from '../scenario/scenario.ts';
import { scenarioOrNull } from './candidate.ts';
import type { Document } from './shrink/document.ts';

/**
 * Whether a smaller scenario may be blamed for what the given one is: it leaves peers as much time to find one
 * another, and no fault that came to an end lasts for ever. Otherwise each that fails would be made smaller until
 * nobody has any time, which fails as well.
 */
export function isFair(smaller: Scenario, given: Scenario): boolean {
  const leastUs = Math.min(...withinUs(given));
  if (withinUs(smaller).some((us) => us < leastUs)) return false;
  return !given.faults.every(comesToAnEnd) || smaller.faults.every(comesToAnEnd);
}

/** Whether it is a scenario, and a fair one. */
export function isFairCandidate(candidate: Document, given: Scenario): boolean {
  const scenario = scenarioOrNull(candidate);
  return scenario !== null && isFair(scenario, given);
}

function withinUs({ phases }: Scenario): number[] {
  return phases.filter(({ until }) => until !== null).map((phase) => phase.withinUs);
}

function comesToAnEnd({ forUs, action }: Fault): boolean {
  if (action.kind === 'kill' || action.kind === 'stop') return action.restartUs !== null;
  return forUs !== null || action.kind === 'clock';
}
