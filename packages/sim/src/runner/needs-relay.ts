import type { Plan } from '../plan/plan.ts';
import { isBare } from '../relay/network-shape.ts';

/** Whether something is to be done to links: on real sockets a relay then stands between the peers. */
export function needsRelay({ faults, scenario }: Plan): boolean {
  return !isBare(scenario.network) || faults.some(({ fault }) => isOfLinks(fault.action.kind));
}

function isOfLinks(kind: string): boolean {
  return ['link', 'partition', 'vanish'].includes(kind);
}
