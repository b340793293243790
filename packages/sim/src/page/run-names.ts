import type { JournalHead } from '../journal/reader.ts';
import type { PlannedFault } from '../plan/faults.ts';
import type { Plan } from '../plan/plan.ts';
import type { PagePhase } from './page-data.ts';

/** What the numbers of a journal stand for, out of a plan or out of the head of a trace. */
export interface RunNames {
  readonly scenario: string;
  readonly seed: number;
  readonly phases: readonly Omit<PagePhase, 'startUs' | 'endUs'>[];
  readonly groups: readonly string[];
  readonly peers: readonly { readonly name: string; readonly group: number }[];
  readonly images: readonly string[];
  readonly faults: readonly NamedFault[];
}

/** A fault and its targets; a trace does not tell those. */
export interface NamedFault extends Omit<PlannedFault, 'fault'> {
  readonly text: string;
  readonly kind: string;
}

/** Names out of a plan. */
export function namesOfPlan({ scenario, seed, peers, images, faults }: Plan): RunNames {
  return {
    scenario: scenario.name,
    seed,
    phases: scenario.phases.map(({ name, measured, until, forUs }) => ({
      ...{ name, isMeasured: measured, plannedUs: until === null ? forUs : null },
    })),
    groups: scenario.groups.map(({ name }) => name),
    peers,
    images: images.map(({ name }) => name),
    faults: faults.map(({ fault, ...targets }) => ({
      ...targets,
      text: fault.text,
      kind: kindOf(fault.action),
    })),
  };
}

/** Only a cut parts peers; other rules make links worse. */
function kindOf(action: Plan['faults'][number]['fault']['action']): string {
  return action.kind === 'link' && action.rule.cut !== null ? 'cut' : action.kind;
}

/** Names out of a trace; the group of a peer is what its name begins with. */
export function namesOfTrace(head: JournalHead): RunNames {
  const groupOf = (name: string): string => name.replace(/-\d+$/, '');
  const groups = [...new Set(head.peers.map(groupOf))];
  const numbers = new Map(groups.map((group, number) => [group, number]));
  return {
    scenario: head.scenario,
    seed: head.seed,
    phases: head.phases.map((name) => ({ name, isMeasured: true, plannedUs: null })),
    groups,
    peers: head.peers.map((name) => ({ name, group: numbers.get(groupOf(name))! })),
    images: head.images.map(({ name }) => name),
    faults: head.faults.map((text) => ({
      ...{ text, kind: text.split(' ')[0]!, peers: [], parts: [], from: [], to: [] },
    })),
  };
}
