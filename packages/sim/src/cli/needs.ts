import { DEFAULT_LIMITS } from '@imagemesh/peer';
import type { PlanOverview, Range } from '../plan/overview.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunnerNeeds } from '../report/plan-needs.ts';
import type { Load, Scenario } from '../scenario/scenario.ts';
import { estimateBytes, memoryProblem } from './memory.ts';
import { divide, memoryOf, openFilesOf } from './real-costs.ts';
import { roomProblem } from './room.ts';
import { findRunner, RUNNER_NAMES } from './runners.ts';

/** What differs from runner to runner. */
type Costs = Omit<RunnerNeeds, 'runner' | 'refusals' | 'shortage' | 'runUs'>;

// Measured on two cores at 2.1 GHz that other jobs shared. They tell minutes from hours, not one second from two.

const LAB_START_US = 300_000;
const PEER_START_US = 700;
const PROCESS_START_US = 120_000;
/** For an answer to a request. */
const ANSWER_US = 5_000;
/** For a peer to find another one, on real sockets. */
const REACH_US = 200;
/** Files that the virtual runner has open, which has no sockets. */
const VIRTUAL_FILES = 40;
const EVENTS_A_PAIR = 5;
const EVENTS_A_REQUEST = 13;
/** An event of one peer; of n peers it takes n^0.2 times as long, since their state fills no cache any more. */
const EVENT_US = 1.2;

/** What the plan will need on every runner there is, in the order of `--runner`. */
export function needsOf(plan: Plan, overview: PlanOverview): RunnerNeeds[] {
  return RUNNER_NAMES.map((runner) => {
    return {
      runner,
      refusals: findRunner(runner).refusals(plan.scenario),
      shortage: shortageOf(runner, plan.scenario),
      ...costsOf(runner, plan, overview),
      runUs: overview.runUs,
    };
  });
}

function shortageOf(runner: string, scenario: Scenario): string | null {
  return runner === 'virtual' ? memoryProblem(scenario) : roomProblem(scenario, runner);
}

function costsOf(runner: string, plan: Plan, overview: PlanOverview): Costs {
  return runner === 'virtual' ? virtualCosts(plan, overview) : realCosts(runner, plan, overview);
}

function realCosts(runner: string, plan: Plan, overview: PlanOverview): Costs {
  const division = divide(plan.scenario, runner);
  const startUs = division.inside * PEER_START_US + division.children * PROCESS_START_US;
  return {
    ...onDisk(plan, overview),
    processes: 1 + division.children,
    openFiles: openFilesOf(division),
    memoryBytes: memoryOf(division),
    wallUs: onWall(startUs, plan, overview),
  };
}

function virtualCosts(plan: Plan, overview: PlanOverview): Costs {
  const requests = requestsOf(overview);
  const eventUs = EVENT_US * plan.peers.length ** 0.2;
  const wallUs = (of: keyof Range): number =>
    Math.round(LAB_START_US + eventUs * virtualEvents(plan, overview.runUs[of], requests[of]));
  return {
    processes: 1,
    ports: 0,
    openFiles: VIRTUAL_FILES,
    folders: 0,
    diskBytes: { least: 0, most: 0 },
    memoryBytes: estimateBytes(plan.scenario),
    wallUs: { least: wallUs('least'), most: wallUs('most') },
  };
}

/** Events of the virtual world in a run of so long with so many requests, give or take a factor of two. */
export function virtualEvents(plan: Plan, runUs: number, requests: number): number {
  return pairsOf(plan) * (1 + refreshes(runUs)) * EVENTS_A_PAIR + requests * EVENTS_A_REQUEST;
}

/** What runners on real sockets put into the folder for temporary files, and where they listen. */
function onDisk(
  plan: Plan,
  { images, ...overview }: PlanOverview,
): Pick<Costs, 'ports' | 'folders' | 'diskBytes'> {
  const { peers } = plan;
  // Whoever has an image asks for another one, so that at the very most each has all of them.
  const all = peers.length * images.totalBytes;
  const asked = requestsOf(overview).most * (images.totalBytes / Math.max(1, images.count));
  return {
    ports: peers.length,
    // One for the run, one for the originals that peers have links to, and two for each peer.
    folders: 2 + 2 * peers.length,
    diskBytes: {
      least: images.totalBytes,
      most: images.totalBytes + Math.round(Math.min(all, asked)),
    },
  };
}

function onWall(startUs: number, plan: Plan, { runUs }: PlanOverview): Range {
  const setUpUs = LAB_START_US + startUs;
  return {
    least: setUpUs + Math.max(runUs.least, pairsOf(plan) * REACH_US),
    most: setUpUs + Math.max(runUs.most, pairsOf(plan) * REACH_US),
  };
}

/** Requests that will be made in all phases; of users it is guessed how fast they get their answers. */
function requestsOf({ phases }: Pick<PlanOverview, 'phases'>): Range {
  const ranges = phases.flatMap(({ phase, lastsUs, requests }) =>
    requests.map((range, stream) => range ?? usersRequests(phase.requests[stream]!.load, lastsUs)),
  );
  const sum = (of: keyof Range): number => ranges.reduce((total, range) => total + range[of], 0);
  return { least: sum('least'), most: sum('most') };
}

function usersRequests(load: Load, lastsUs: Range): Range {
  if (load.kind !== 'users') return { least: 0, most: 0 };
  const perUs = load.users / (ANSWER_US + typicalOf(load.think));
  return { least: Math.round(lastsUs.least * perUs), most: Math.round(lastsUs.most * perUs) };
}

/** The mean of a distribution, or its median where that says more. */
function typicalOf(distribution: Extract<Load, { readonly kind: 'users' }>['think']): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.value;
    case 'uniform':
      return (distribution.from + distribution.to) / 2;
    case 'normal':
    case 'exponential':
      return distribution.mean;
    default:
      return distribution.median;
  }
}

/** Pairs of a peer and another one that it will know. */
function pairsOf({ peers }: Plan): number {
  return peers.reduce((sum, { known }) => sum + Math.min(known, peers.length - 1), 0);
}

/** How often a known peer is greeted again in a run of so long. */
function refreshes(us: number): number {
  return Math.floor(us / DEFAULT_LIMITS.refreshUs);
}
