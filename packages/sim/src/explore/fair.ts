import type { Fault, Scenario } from '../scenario/scenario.ts';
import { scenarioOrNull } from './candidate.ts';
import type { Document } from './shrink/document.ts';

/**
 * Whether a smaller scenario may be blamed for what the given one is: it leaves peers as much time to find one
 * another and for the whole, they meet before anything else where they did, there are two of them at least, and no fault
 * that came to an end lasts for ever. Otherwise each that fails would be made smaller until nobody has any time, or
 * anybody to ask, which fails as well.
 */
export function isFair(smaller: Scenario, given: Scenario): boolean {
  const leastUs = Math.min(...withinUs(given));
  if (withinUs(smaller).some((us) => us < leastUs)) return false;
  if (smaller.timeoutUs < given.timeoutUs) return false;
  if (meetFirst(given) && !meetFirst(smaller)) return false;
  if (countOf(smaller) < Math.min(2, countOf(given))) return false;
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

function meetFirst({ phases }: Scenario): boolean {
  return phases[0] !== undefined && phases[0].until !== null;
}

function countOf({ groups }: Scenario): number {
  return groups.reduce((sum, { count }) => sum + count, 0);
}

function comesToAnEnd({ forUs, action }: Fault): boolean {
  if (action.kind === 'kill' || action.kind === 'stop') return action.restartUs !== null;
  return forUs !== null || action.kind === 'clock';
}
