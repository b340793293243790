import type { Load, Phase, Requests } from '../scenario/scenario.ts';
import { graphFigures, spreadOf, type GraphFigures, type Spread } from './graph.ts';
import { contentsOf } from './images.ts';
import { latencyOverview, type LatencyOverview } from './latency-overview.ts';
import type { Plan, PlannedImage } from './plan.ts';

/** What can be said of a run before it starts. */
export interface PlanOverview {
  /** Who knows whom, in figures. */
  readonly graph: GraphFigures;
  readonly images: ImagesOverview;
  /** How far groups are from one another; empty where all links are alike. */
  readonly latencies: readonly LatencyOverview[];
  readonly phases: readonly PhaseOverview[];
  /** How long the phases last together; between the two, as far as it depends on what the peers do. */
  readonly runUs: Range;
}

/** Two bounds. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** The images of a plan, in figures. */
export interface ImagesOverview {
  readonly count: number;
  /** Of all pictures: of an image whose owners do not hold the same there are several. */
  readonly totalBytes: number;
  readonly sizeBytes: Spread;
  /** Peers that own an image at the start. */
  readonly copies: Spread;
  /** Images that nobody owns. */
  readonly orphans: number;
  /** Images whose owners do not all hold the same picture. */
  readonly differing: number;
}

/** One phase of a plan. */
export interface PhaseOverview {
  readonly phase: Phase;
  readonly lastsUs: Range;
  /** Requests due in each stream of the phase, in their order; null: that depends on the answers. */
  readonly requests: readonly (Range | null)[];
}

/** Takes the figures of a plan. Costs the edges, and a third of a second at most for the diameter. */
export function planOverview(plan: Plan): PlanOverview {
  const { scenario } = plan;
  const phases = scenario.phases.map(phaseOverview);
  const sum = (of: keyof Range): number =>
    phases.reduce((total, { lastsUs }) => total + lastsUs[of], 0);
  return {
    graph: graphFigures(plan.peers.map(({ starts }) => starts)),
    images: imagesOverview(plan.images),
    latencies: latencyOverview(plan),
    phases,
    runUs: {
      least: Math.min(sum('least'), scenario.timeoutUs),
      most: Math.min(sum('most'), scenario.timeoutUs),
    },
  };
}

function imagesOverview(images: readonly PlannedImage[]): ImagesOverview {
  const sizes = images.flatMap((image) => contentsOf(image).map(({ sizeBytes }) => sizeBytes));
  return {
    count: images.length,
    totalBytes: sizes.reduce((sum, size) => sum + size, 0),
    sizeBytes: spreadOf(sizes),
    copies: spreadOf(images.map(({ owners }) => owners.length)),
    orphans: images.filter(({ owners }) => owners.length === 0).length,
    differing: images.filter((image) => contentsOf(image).length > 1).length,
  };
}

function phaseOverview(phase: Phase): PhaseOverview {
  const { until, withinUs, forUs } = phase;
  const lastsUs = until === null ? { least: forUs, most: forUs } : { least: 0, most: withinUs };
  const requests = phase.requests.map((stream) => expectedRequests(stream, lastsUs));
  return { phase, lastsUs, requests };
}

function expectedRequests({ load }: Requests, lastsUs: Range): Range | null {
  const perSecond = meanRate(load);
  if (perSecond === null) return null;
  const within = (us: number): number => Math.round((perSecond * us) / 1e6);
  return { least: within(lastsUs.least), most: within(lastsUs.most) };
}

/** Requests a second on average of a phase; null for users, who ask again when they have an answer. */
function meanRate(load: Load): number | null {
  if (load.kind === 'users') return null;
  if (load.kind === 'rate') return load.perSecond;
  const { perSecond } = load.profile;
  return perSecond.reduce((sum, rate) => sum + rate, 0) / perSecond.length;
}
