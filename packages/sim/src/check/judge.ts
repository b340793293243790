import type {
  BadRequest,
  GroupResult,
  HarnessBound,
  PhaseResult,
  Result,
  HostResult,
  VirtualResult,
} from '../result/result.ts';
import { shownPath } from '../result/shown-path.ts';
import { imageName, isOurs, type Plan } from '../plan/plan.ts';
import { scenarioDigest } from '../plan/scenario-digest.ts';
import { emptyEffort, type Figures, type PhaseFigures } from '../stats/figures.ts';
import { knowledgeAtEnd } from '../stats/knowledge.ts';
import { Latencies } from '../stats/latencies.ts';
import type { GroundTruth } from './ground-truth.ts';
import { alwaysResult, checkAlways } from './always.ts';
import { tellingRequests } from './telling-results.ts';
import { whenBroken } from './breaks.ts';
import { checkExpectations } from './expectations.ts';
import type { Measured } from './figure-values.ts';
import { HarnessBounds } from './harness-bounds.ts';
import { expectationMiss, type ToldMiss } from './misses.ts';

/** What a runner tells beside the journal. */
export interface RunFacts {
  readonly runner: string;
  readonly wallSeconds: number;
  /** Why the run could not be carried out to its end; null when it was. */
  readonly error: string | null;
  /** Whether that was a bound of the lab's own; no by default. */
  readonly isHarnessBound?: boolean;
  readonly virtual: VirtualResult | null;
  readonly hosts?: readonly HostResult[];
  readonly environment: Result['environment'];
}

/** Makes the result of a run out of its plan, its figures and its facts. */
export function judge(plan: Plan, figures: Figures, truth: GroundTruth, facts: RunFacts): Result {
  const names = plan.scenario.phases.map(({ name }) => name);
  const bounds = new HarnessBounds(names, figures.strain.phases);
  const measured = measure(plan, figures, truth, facts, bounds);
  const ofPeers = figures.phases.map((phase) => phase.peers);
  const expectations = checkExpectations(plan.scenario, measured, ofPeers, (number, broken) =>
    whenBroken(plan, figures, number, broken),
  );
  const result: Omit<Result, 'verdict' | 'reasons'> = {
    version: 1,
    scenario: plan.scenario.name,
    scenarioDigest: scenarioDigest(plan.scenario, plan.images),
    file: shownPath(plan.scenario.file),
    cell: plan.scenario.cell ?? null,
    runner: facts.runner,
    seed: plan.seed,
    peers: plan.peers.length,
    wallSeconds: facts.wallSeconds,
    runSeconds: figures.endUs / 1e6,
    simulatedSeconds: facts.virtual === null ? null : figures.endUs / 1e6,
    ...measured,
    expectations,
    always: [],
    faults: figures.faults.map(({ fault, startUs, endUs }) => ({
      text: plan.faults[fault]!.fault.text,
      startSeconds: startUs / 1e6,
      endSeconds: endUs === null ? null : endUs / 1e6,
    })),
    badRequests: badRequests(plan, figures),
    tellingRequests: tellingRequests(plan, figures, isAboutSpeed(plan.scenario, expectations)),
    series: figures.series.result(figures.endUs),
    virtual: facts.virtual,
    ...(facts.hosts && { hosts: facts.hosts }),
    environment: facts.environment,
  };
  if (facts.error !== null) {
    const verdict = facts.isHarnessBound ? 'harness-bound' : 'error';
    return { ...result, verdict, reasons: [facts.error] };
  }
  const written = writtenMisses(plan, figures, expectations);
  const rules = checkAlways(plan.scenario, figures, measured);
  const misses = [...written, ...rules.flatMap((rule) => rule.misses)];
  const told = misses.map((miss) => (miss.kind === 'answers' ? cutOff(miss, figures) : miss));
  const { verdict, reasons, causes } = decide(told, bounds);
  // What is too little to be told by itself is told when the verdict comes of it.
  const harness = {
    ...result.harness,
    bounds: uniqueBounds([...result.harness.bounds, ...causes]),
  };
  return { ...result, always: rules.map(alwaysResult), harness, verdict, reasons };
}

function measure(
  plan: Plan,
  figures: Figures,
  truth: GroundTruth,
  facts: RunFacts,
  bounds: HarnessBounds,
): Measured {
  const measuredPhases = figures.phases.filter((_, i) => plan.scenario.phases[i]!.measured);
  return {
    ...summarize(measuredPhases),
    groups: groupResults(plan, measuredPhases),
    discovery: discovered(plan, figures, truth),
    phases: figures.phases.map((phase, i): PhaseResult => ({
      name: plan.scenario.phases[i]!.name,
      measured: plan.scenario.phases[i]!.measured,
      complete: phase.isComplete,
      seconds: seconds(phase),
      ...summarize([phase]),
      groups: groupResults(plan, [phase]),
    })),
    perPeer: perPeer(plan, figures, truth),
    leftBehind: figures.isLeftBehindKnown ? figures.leftBehind : null,
    harness: {
      lagMs: lagMs(figures, facts),
      peakOpenRequests: figures.peakOpenRequests,
      bounds: [...cutBy(facts), ...bounds.all],
    },
    memory: { peakRssBytes: figures.peakRssBytes },
  };
}

function discovered(plan: Plan, figures: Figures, truth: GroundTruth): Result['discovery'] {
  return {
    complete: figures.discoveredUs !== null,
    seconds: figures.discoveredUs === null ? null : figures.discoveredUs / 1e6,
    messages: discoveryMessages(figures),
    reachedPairs: figures.reachedPairs,
    healedSeconds: healedSeconds(figures),
    pairs: figures.pairs,
    knowablePairs: figures.knowablePairs,
    secondsTo: figures.knowledgeTimes.seconds,
    ...knowledgeAtEnd(
      plan,
      (peer) => truth.known(peer),
      (peer) => figures.isUp(peer),
    ),
  };
}

/** The bound of the lab's own that the run was cut for. */
function cutBy({ error, isHarnessBound }: RunFacts): HarnessBound[] {
  if (error === null || !isHarnessBound) return [];
  return [{ kind: 'requests', phase: null, text: error.replace(/\.$/, '') }];
}

/** Null when the lab took no sample of itself. */
function lagMs({ lags }: Figures, { virtual }: RunFacts): Result['harness']['lagMs'] {
  // A simulated clock is never late.
  if (virtual !== null) return { p50: 0, p99: 0, max: 0 };
  const summary = lags.summary();
  return summary && { p50: summary.p50, p99: summary.p99, max: summary.max };
}

/** From the end of the last fault until all knew all again; null: there was none, or they do not. */
function healedSeconds({ healedUs, rediscoveredUs }: Figures): number | null {
  return healedUs === null || rediscoveredUs === null ? null : (rediscoveredUs - healedUs) / 1e6;
}

/** The same as `summarize` for what the peers of each group asked. */
function groupResults(plan: Plan, phases: readonly PhaseFigures[]): GroupResult[] {
  const { groups } = plan.scenario;
  return groups.map(({ name }, number) => {
    const parts = phases.flatMap((phase) => {
      const part = groups.length === 1 ? phase : phase.groups[number]!;
      return part === null ? [] : [{ ...phase, ...part }];
    });
    return { name, ...summarize(parts) };
  });
}

/** Requests, latency, throughput and effort of some phases together; rates over those that ask at all. */
function summarize(phases: readonly PhaseFigures[]): Omit<GroupResult, 'name'> {
  const requests = { due: 0, correct: 0, wrong: 0, excused: 0, failed: 0 };
  const latencies = new Latencies();
  const effort = emptyEffort();
  let answered = 0;
  let bytes = 0;
  let time = 0;
  for (const phase of phases) {
    for (const key of Object.keys(requests) as (keyof typeof requests)[]) {
      requests[key] += phase.tally[key];
    }
    for (const key of Object.keys(effort) as (keyof typeof effort)[]) {
      effort[key] += phase.effort[key];
    }
    latencies.add(phase.latencies);
    answered += phase.answered;
    bytes += phase.bytes;
    if (phase.tally.due > 0) time += seconds(phase);
  }
  const perSecond = (amount: number): number => (time > 0 ? amount / time : 0);
  const throughput = { requestsPerSecond: perSecond(answered), bytesPerSecond: perSecond(bytes) };
  return { requests, latencyMs: latencies.summary(), throughput, effort };
}

function seconds(phase: PhaseFigures): number {
  return Math.max(0, phase.endUs - phase.startUs) / 1e6;
}

function discoveryMessages(figures: Figures): number {
  let messages = 0;
  for (const counts of figures.counts)
    if (counts) messages += counts.sent.HELLO + counts.sent.PEERS;
  return messages;
}

/** What was written and does not hold. */
function writtenMisses(
  { scenario: { phases, expect } }: Plan,
  figures: Figures,
  expectations: Result['expectations'],
): ToldMiss[] {
  const startsUs = figures.phases.map((phase) => phase.startUs);
  return expect.flatMap((one, i) =>
    expectations[i]!.holds ? [] : [expectationMiss(one, expectations[i]!, phases, startsUs)],
  );
}

/** The same miss, as one of time when the end of the run cut off all the requests that failed. */
function cutOff(miss: ToldMiss & { readonly kind: 'answers' }, { phases }: Figures): ToldMiss {
  const failing = miss.phases.filter((number) => phases[number]!.tally.failed > 0);
  const areCutOff = failing.every((number) => {
    const { tally, unfinished } = phases[number]!;
    return tally.failed === unfinished;
  });
  if (failing.length === 0 || !areCutOff) return miss;
  const { text } = miss;
  const later = phases.flatMap((_, number) => (number >= failing[0]! ? [number] : []));
  return { kind: 'overtaken', phases: later, text };
}

/**
 * `harness-bound` only when the lab may have caused all that was missed: one miss that it cannot have
 * caused is a failure, whatever else there is. Its reasons begin with what bound it.
 */
function decide(
  misses: readonly ToldMiss[],
  bounds: HarnessBounds,
): Pick<Result, 'verdict' | 'reasons'> & { readonly causes: readonly HarnessBound[] } {
  const reasons = misses.map(({ text }) => text);
  if (misses.length === 0) return { verdict: 'pass', reasons, causes: [] };
  const causes = misses.map((miss) => bounds.causes(miss));
  if (causes.some((each) => each.length === 0)) return { verdict: 'fail', reasons, causes: [] };
  const unique = uniqueBounds(causes.flat());
  const texts = unique.map(({ text }) => text);
  return { verdict: 'harness-bound', reasons: [...texts, ...reasons], causes: unique };
}

function uniqueBounds(bounds: readonly HarnessBound[]): HarnessBound[] {
  return [...new Map(bounds.map((one) => [one.text, one])).values()];
}

function perPeer(plan: Plan, figures: Figures, truth: GroundTruth): Result['perPeer'] {
  return plan.peers.map((peer, number) => ({
    name: peer.name,
    group: plan.scenario.groups[peer.group]!.name,
    address: figures.addresses[number]!,
    known: isOurs(peer) ? truth.known(number).length : null,
    requests: { ...figures.perPeer[number]! },
    sent: figures.counts[number]?.sent ?? null,
    received: figures.counts[number]?.received ?? null,
    bytesSent: figures.bytesSent[number]!,
    bytesReceived: figures.bytesReceived[number]!,
  }));
}

/** Whether a time or a rate of requests is not as expected, so that slow ones tell something. */
function isAboutSpeed({ expect }: Plan['scenario'], results: Result['expectations']): boolean {
  const isSpeed = /^(latency\.|requests\.rate$|throughput$)/;
  return expect.some(({ figure }, i) => isSpeed.test(figure) && !results[i]!.holds);
}

function badRequests(plan: Plan, figures: Figures): BadRequest[] {
  return figures.bad.map(({ due, class: verdict, why }) => ({
    class: verdict as BadRequest['class'],
    request: due.request,
    phase: plan.scenario.phases[due.phase]!.name,
    peer: plan.peers[due.peer]!.name,
    image: imageName(plan, due.image),
    dueSeconds: due.atUs / 1e6,
    why,
  }));
}
