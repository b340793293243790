import type {
  BadRequest,
  Latency,
  PhaseResult,
  RequestCounts,
  Result,
  Throughput,
  Verdict,
  VirtualResult,
} from '../result/result.ts';
import { findFigure } from '../scenario/figures.ts';
import type { Expectation } from '../scenario/scenario.ts';
import { imageName, type Plan } from '../plan/plan.ts';
import type { Figures, PhaseFigures } from '../stats/figures.ts';
import { Latencies } from '../stats/latencies.ts';
import type { GroundTruth } from './ground-truth.ts';
import { checkExpectations, type Measured } from './expectations.ts';

/** From here on the lab's own lateness is taken for the cause of a missed rate. */
const HARNESS_LAG_US = 100_000;

/** A lab that was late by this share of a time cannot say whether that time was kept. */
const HARNESS_LAG_SHARE = 0.2;

/** What a runner tells beside the journal. */
export interface RunFacts {
  readonly runner: string;
  readonly wallSeconds: number;
  /** Why the run could not be carried out to its end; null when it was. */
  readonly error: string | null;
  readonly virtual: VirtualResult | null;
  readonly environment: Result['environment'];
}

/** Figures with which a scenario says itself how many requests may fail. */
const FAILURE_FIGURES: ReadonlySet<string> = new Set([
  'requests.success',
  'requests.correct',
  'requests.failed',
]);

/** Makes the result of a run out of its plan, its figures and its facts. */
export function judge(plan: Plan, figures: Figures, truth: GroundTruth, facts: RunFacts): Result {
  const measured = measure(plan, figures);
  const expectations = checkExpectations(plan.scenario, measured);
  const reasons = findReasons(plan, figures, measured, expectations);
  const result: Omit<Result, 'verdict' | 'reasons'> = {
    version: 1,
    scenario: plan.scenario.name,
    file: plan.scenario.file,
    runner: facts.runner,
    seed: plan.seed,
    peers: plan.peers.length,
    wallSeconds: facts.wallSeconds,
    runSeconds: figures.endUs / 1e6,
    simulatedSeconds: facts.virtual === null ? null : figures.endUs / 1e6,
    ...measured,
    expectations,
    faults: [],
    perPeer: perPeer(plan, figures, truth),
    badRequests: badRequests(plan, figures),
    virtual: facts.virtual,
    environment: facts.environment,
  };
  if (facts.error !== null) return { ...result, verdict: 'error', reasons: [facts.error] };
  return { ...result, verdict: decide(plan, figures, expectations, reasons), reasons };
}

function measure(plan: Plan, figures: Figures): Measured & Pick<Result, 'discovery'> {
  const measuredPhases = figures.phases.filter((_, i) => plan.scenario.phases[i]!.measured);
  return {
    ...summarize(measuredPhases),
    discovery: {
      complete: figures.discoveredUs !== null,
      seconds: figures.discoveredUs === null ? null : figures.discoveredUs / 1e6,
      messages: discoveryMessages(figures),
      reachedPairs: figures.reachedPairs,
      pairs: figures.pairs,
    },
    phases: figures.phases.map((phase, i): PhaseResult => ({
      name: plan.scenario.phases[i]!.name,
      measured: plan.scenario.phases[i]!.measured,
      complete: phase.isComplete,
      seconds: seconds(phase),
      ...summarize([phase]),
    })),
    memory: { peakRssBytes: figures.peakRssBytes },
  };
}

/** Requests, latency and throughput of some phases together; rates over those that ask at all. */
function summarize(phases: readonly PhaseFigures[]): {
  requests: RequestCounts;
  latencyMs: Latency | null;
  throughput: Throughput;
} {
  const requests = { due: 0, correct: 0, wrong: 0, excused: 0, failed: 0 };
  const latencies = new Latencies();
  let answered = 0;
  let bytes = 0;
  let time = 0;
  for (const phase of phases) {
    for (const key of Object.keys(requests) as (keyof typeof requests)[]) {
      requests[key] += phase.tally[key];
    }
    latencies.add(phase.latencies);
    answered += phase.answered;
    bytes += phase.bytes;
    if (phase.tally.due > 0) time += seconds(phase);
  }
  const perSecond = (amount: number): number => (time > 0 ? amount / time : 0);
  const throughput = { requestsPerSecond: perSecond(answered), bytesPerSecond: perSecond(bytes) };
  return { requests, latencyMs: latencies.summary(), throughput };
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

/** What is expected of every run without being written, and what was written and does not hold. */
function findReasons(
  plan: Plan,
  figures: Figures,
  measured: Measured,
  expectations: Result['expectations'],
): string[] {
  const reasons = expectations
    .filter((one) => !one.holds)
    .map((one) => `expected ${one.text}, measured ${one.shown}`);
  plan.scenario.phases.forEach(({ name, until, withinUs }, i) => {
    if (figures.phases[i]!.isComplete) return;
    reasons.push(
      until === null
        ? `phase ${name} was cut short`
        : `phase ${name} did not come to its end within ${withinUs / 1e6} s: ${figures.reachedPairs} of ${figures.pairs} pairs of peers reached`,
    );
  });
  const count = (key: 'wrong' | 'failed'): number =>
    measured.phases.reduce((sum, phase) => sum + phase.requests[key], 0);
  const wrong = count('wrong');
  if (wrong > 0) reasons.push(`${wrong} wrong ${wrong === 1 ? 'answer' : 'answers'}`);
  // A scenario that says how many may fail has said it; otherwise none may.
  const failed = count('failed');
  if (failed > 0 && !plan.scenario.expect.some((one) => FAILURE_FIGURES.has(one.figure))) {
    reasons.push(
      `${failed} ${failed === 1 ? 'request' : 'requests'} without an answer or an excuse`,
    );
  }
  return [...reasons, ...figures.crashes];
}

function decide(
  plan: Plan,
  figures: Figures,
  expectations: Result['expectations'],
  reasons: readonly string[],
): Verdict {
  if (reasons.length === 0) return 'pass';
  const failing = plan.scenario.expect.filter((_, i) => !expectations[i]!.holds);
  const isOurs =
    failing.length === reasons.length && failing.every((one) => isSpoilt(one, figures));
  return isOurs ? 'harness-bound' : 'fail';
}

/** Whether an expectation is about a pace that the lab itself could not keep. */
function isSpoilt({ figure, value }: Expectation, { peakLagUs }: Figures): boolean {
  const { unit } = findFigure(figure)!;
  if (unit === 'time') return peakLagUs > Math.min(HARNESS_LAG_US, value * HARNESS_LAG_SHARE);
  return (unit === 'rate' || unit === 'bytesPerSecond') && peakLagUs > HARNESS_LAG_US;
}

function perPeer(plan: Plan, figures: Figures, truth: GroundTruth): Result['perPeer'] {
  return plan.peers.map((peer, number) => ({
    name: peer.name,
    group: plan.scenario.groups[peer.group]!.name,
    address: figures.addresses[number]!,
    known: peer.run === null ? truth.known(number).length : null,
    requests: { ...figures.perPeer[number]! },
    sent: figures.counts[number]?.sent ?? null,
    received: figures.counts[number]?.received ?? null,
  }));
}

function badRequests(plan: Plan, figures: Figures): BadRequest[] {
  return figures.bad.map(({ due, class: verdict, why }) => ({
    class: verdict as BadRequest['class'],
    phase: plan.scenario.phases[due.phase]!.name,
    peer: plan.peers[due.peer]!.name,
    image: imageName(plan, due.image),
    dueSeconds: due.atUs / 1e6,
    why,
  }));
}
