import type { PlanOverview } from '../plan/overview.ts';
import type { Plan } from '../plan/plan.ts';
import { describeRequests } from '../scenario/describe-requests.ts';
import { describeTopology } from '../scenario/describe-topology.ts';
import type { RunnerNeeds } from './plan-needs.ts';

/** A plan for programs. Times are in microseconds, sizes in bytes; peers and images are named. */
export interface PlanJson {
  readonly version: 1;
  readonly scenario: string;
  readonly seed: number;
  readonly topology: { readonly text: string } & PlanOverview['graph'];
  readonly imagesOverview: PlanOverview['images'];
  /** Of the links between two groups, by their names; empty where all links are alike. */
  readonly latencies: readonly ({ readonly from: string; readonly to: string } & Omit<
    PlanOverview['latencies'][number],
    'from' | 'to'
  >)[];
  readonly runUs: PlanOverview['runUs'];
  readonly phases: readonly object[];
  readonly faults: readonly object[];
  readonly runners: readonly RunnerNeeds[];
  readonly images: readonly {
    readonly name: string;
    readonly sizeBytes: number;
    readonly owners: readonly string[];
    /** Other pictures that some of the owners hold under the name; absent where there are none. */
    readonly others?: readonly {
      /** From 2. */
      readonly version: number;
      readonly sizeBytes: number;
      readonly owners: readonly string[];
    }[];
  }[];
  readonly peers: readonly {
    readonly name: string;
    readonly group: string;
    readonly run: string | null;
    readonly behavior: string | null;
    /** How many others it keeps in touch with. */
    readonly known: number;
    /** Whom it knows at the start. */
    readonly knows: readonly string[];
    readonly owns: readonly string[];
  }[];
}

/** Gathers all that is known of a plan, with the long lists last. */
export function planJson(
  plan: Plan,
  overview: PlanOverview,
  runners: readonly RunnerNeeds[],
): PlanJson {
  const { scenario, seed, peers } = plan;
  const names = (numbers: readonly number[]): string[] =>
    numbers.map((number) => peers[number]!.name);
  return {
    version: 1,
    scenario: scenario.name,
    seed,
    topology: { text: describeTopology(scenario.topology, scenario.groups), ...overview.graph },
    imagesOverview: overview.images,
    latencies: overview.latencies.map((one) => ({
      ...one,
      from: scenario.groups[one.from]!.name,
      to: scenario.groups[one.to]!.name,
    })),
    runUs: overview.runUs,
    phases: overview.phases.map(({ phase, lastsUs, requests }) => ({
      name: phase.name,
      measured: phase.measured,
      lastsUs,
      requests: phase.requests.map((stream, i) => ({
        text: describeRequests(stream),
        due: requests[i] ?? null,
      })),
    })),
    faults: plan.faults.map(({ fault, ...struck }) => ({
      text: fault.text,
      line: fault.line,
      phase: fault.phase,
      offsetUs: fault.offsetUs,
      forUs: fault.forUs,
      peers: names(struck.peers),
      parts: struck.parts.map(names),
      from: names(struck.from),
      to: names(struck.to),
    })),
    runners,
    images: plan.images.map(({ name, sizeBytes, owners, others }) => ({
      name,
      sizeBytes,
      owners: names(owners),
      ...(others.length > 0 && {
        others: others.map(({ version, content, owners: holders }) => ({
          version,
          sizeBytes: content.sizeBytes,
          owners: names(holders),
        })),
      }),
    })),
    peers: peers.map(({ name, group, run, behavior, known, starts, images }) => ({
      name,
      group: scenario.groups[group]!.name,
      run,
      behavior,
      known,
      knows: names(starts),
      owns: images.map((image) => plan.images[image]!.name),
    })),
  };
}
