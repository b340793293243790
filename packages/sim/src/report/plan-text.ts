import type { PlanOverview } from '../plan/overview.ts';
import type { Plan } from '../plan/plan.ts';
import { showNumber } from '../result/show-figure.ts';
import { describeTopology } from '../scenario/describe-topology.ts';
import type { TableContent } from './phase-tables.ts';
import { adjacencySection, MOST_IN_ADJACENCY } from './plan-adjacency.ts';
import {
  faultsFacts,
  imagesFacts,
  networkFacts,
  phasesFacts,
  topologyFacts,
} from './plan-facts.ts';
import { aboutTime, needsProblems, needsTable, type RunnerNeeds } from './plan-needs.ts';
import { peersSection } from './plan-peers.ts';
import { groupsTable } from './plan-groups.ts';
import { painter, safe, wrap } from './screen-text.ts';
import { renderTable } from './text-table.ts';
import type { Screen } from './trouble.ts';

/** Narrower screens wrap by themselves, as with results. */
const LEAST_WIDTH = 80;

/**
 * All that a person wants to know of a run before it starts, in pieces that end with a line end. No line
 * is wider than `width` (at least 80). With `isFull` every peer is shown, else the first ones.
 */
export function* renderPlan(
  plan: Plan,
  overview: PlanOverview,
  needs: readonly RunnerNeeds[],
  options: { readonly color: boolean; readonly width: number; readonly isFull: boolean },
): Generator<string> {
  const screen = { paint: painter(options.color), width: Math.max(LEAST_WIDTH, options.width) };
  yield `${header(plan, screen)}\n\n`;
  for (const section of figures(plan, overview, screen)) yield `${section}\n\n`;
  yield* peersSection(plan, options, screen);
  yield '\n';
  if (plan.peers.length <= MOST_IN_ADJACENCY) yield `${adjacencySection(plan, screen)}\n\n`;
  for (const section of course(plan, overview, screen)) yield `${section}\n\n`;
  yield `${needsSection(needs, overview, screen)}\n`;
}

function header({ scenario, seed, peers, images }: Plan, { paint, width }: Screen): string {
  const parts = [
    `${safe(scenario.name)}, seed ${seed}: ${count(peers.length, 'peer')}`,
    count(images.length, 'image'),
    `${count(scenario.phases.length, 'phase')}; nothing has been run`,
  ];
  return [
    ...wrap(parts.join(', '), width, 2).map((line) => paint('bold', line)),
    ...wrap(safe(scenario.description), width),
  ].join('\n');
}

/** What the mesh is made of. */
function figures(plan: Plan, { graph, images, latencies }: PlanOverview, screen: Screen): string[] {
  const { topology, groups } = plan.scenario;
  return [
    render(groupsTable(plan), screen),
    topologyFacts(describeTopology(topology, groups), graph, screen),
    imagesFacts(images, screen),
    networkFacts(plan.scenario.network, groups, latencies, screen),
  ].filter((section) => section !== '');
}

/** What happens in the run. */
function course(plan: Plan, { phases }: PlanOverview, screen: Screen): string[] {
  return [
    phasesFacts(phases, screen),
    ...(plan.faults.length === 0 ? [] : [faultsFacts(plan, screen)]),
  ];
}

function needsSection(
  needs: readonly RunnerNeeds[],
  { runUs }: PlanOverview,
  screen: Screen,
): string {
  const note = `The phases last ${aboutTime(runUs)} by the clock of the peers. All of this is estimated. Files: open at once in one process. Disk: with all that the peers can save.`;
  return [
    render(needsTable(needs), screen),
    ...wrap(note, screen.width).map((line) => screen.paint('dim', line)),
    ...needsProblems(needs).flatMap((one) => wrap(`✗ ${safe(one)}`, screen.width, 2)),
  ].join('\n');
}

function render({ columns, rows }: TableContent, screen: Screen): string {
  return renderTable(columns, rows, screen);
}

function count(number: number, noun: string): string {
  return `${showNumber(number)} ${noun}${number === 1 ? '' : 's'}`;
}
