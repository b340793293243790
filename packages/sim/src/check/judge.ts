import type {
  BadRequest,
  GroupResult,
  PhaseResult,
  Result,
  Verdict,
  VirtualResult,
} from '../result/result.ts';
import { quantifierOf } from '../scenario/figure-ref.ts';
import { findFigure } from '../scenario/figures.ts';
import type { Expectation } from '../scenario/scenario.ts';
import { imageName, isOurs, type Plan } from '../plan/plan.ts';
import type { Figures, PhaseFigures } from '../stats/figures.ts';
import { Latencies } from '../stats/latencies.ts';
import type { GroundTruth } from './ground-truth.ts';
import { checkExpectations, compare } from './expectations.ts';
import type { Measured } from './figure-values.ts';

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
  const measured = measure(plan, figures, truth);
  const ofPeers = figures.phases.map((phase) => phase.peers);
  const expectations = checkExpectations(plan.scenario, measured, ofPeers);
  const reasons = findReasons(plan, figures, measured, expectations);
  const result: Omit<Result, 'verdict' | 'reasons'> = {
    version: 1,
    scenario: plan.scenario.name,
    file: plan.scenario.file,
    cell: plan.scenario.cell ?? null,
    runner: facts.runner,
    seed: plan.seed,
    peers: plan.peers.length,
    wallSeconds: facts.wallSeconds,
    runSeconds: figures.endUs / 1e6,
    simulatedSeconds: facts.virtual === null ? null : figures.endUs / 1e6,
    ...measured,
    expectations,
    faults: figures.faults.map(({ fault, startUs, endUs }) => ({
      text: plan.faults[fault]!.fault.text,
      startSeconds: startUs / 1e6,
      endSeconds: endUs === null ? null : endUs / 1e6,
    })),
    badRequests: badRequests(plan, figures),
    virtual: facts.virtual,
    environment: facts.environment,
  };
  if (facts.error !== null) return { ...result, verdict: 'error', reasons: [facts.error] };
  return { ...result, verdict: decide(plan, figures, expectations, reasons), reasons };
}

function measure(
  plan: Plan,
  figures: Figures,
  truth: GroundTruth,
): Measured & Pick<Result, 'discovery'> {
  const measuredPhases = figures.phases.filter((_, i) => plan.scenario.phases[i]!.measured);
  return {
    ...summarize(measuredPhases),
    groups: groupResults(plan, measuredPhases),
    discovery: {
      complete: figures.discoveredUs !== null,
      seconds: figures.discoveredUs === null ? null : figures.discoveredUs / 1e6,
      messages: discoveryMessages(figures),
      reachedPairs: figures.reachedPairs,
      healedSeconds: healedSeconds(figures),
      pairs: figures.pairs,
    },
    phases: figures.phases.map((phase, i): PhaseResult => ({
      name: plan.scenario.phases[i]!.name,
      measured: plan.scenario.phases[i]!.measured,
      complete: phase.isComplete,
      seconds: seconds(phase),
      ...summarize([phase]),
      groups: groupResults(plan, [phase]),
    })),
    perPeer: perPeer(plan, figures, truth),
    memory: { peakRssBytes: figures.peakRssBytes },
  };
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

/** Requests, latency and throughput of some phases together; rates over those that ask at all. */
function summarize(phases: readonly PhaseFigures[]): Omit<GroupResult, 'name'> {
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
  const wrong = countWrong(measured, plan.scenario.expect.filter(allowsWrong));
  if (wrong > 0) reasons.push(`${wrong} wrong ${wrong === 1 ? 'answer' : 'answers'}`);
  // A scenario that says how many may fail has said it; otherwise none may.
  const failed = measured.phases.reduce((sum, { requests }) => sum + requests.failed, 0);
  if (failed > 0 && !plan.scenario.expect.some((one) => FAILURE_FIGURES.has(one.figure))) {
    reasons.push(
      `${failed} ${failed === 1 ? 'request' : 'requests'} without an answer or an excuse`,
    );
  }
  return [...reasons, ...figures.crashes];
}

/** Whether an expectation lets answers be wrong: it holds with others than none. */
function allowsWrong(expectation: Expectation): boolean {
  if (expectation.figure !== 'requests.wrong') return false;
  return expectation.terms.length > 0 || !compare(0, expectation) || compare(1, expectation);
}

/** Wrong answers in phases and to groups of which no expectation says that there may be some. */
function countWrong({ phases }: Measured, allowing: readonly Expectation[]): number {
  const isMeant = (written: string | null, name: string): boolean =>
    written === null || written === name || quantifierOf(written) !== null;
  return phases.reduce((sum, phase) => {
    const open = allowing.filter((one) => isMeant(one.phase, phase.name));
    const strict = phase.groups.filter(({ name }) => !open.some((one) => isMeant(one.group, name)));
    return strict.reduce((inner, { requests }) => inner + requests.wrong, sum);
  }, 0);
}

function decide(
  plan: Plan,
  figures: Figures,
  expectations: Result['expectations'],
  reasons: readonly string[],
): Verdict {
  if (reasons.length === 0) return 'pass';
  const failing = plan.scenario.expect.flatMap((one, i) =>
    expectations[i]!.holds ? [] : [{ figure: one.figure, bound: expectations[i]!.bound }],
  );
  const isOurs =
    failing.length === reasons.length && failing.every((one) => isSpoilt(one, figures));
  return isOurs ? 'harness-bound' : 'fail';
}

/** Whether an expectation is about a pace that the lab itself could not keep. */
function isSpoilt(
  { figure, bound }: { readonly figure: string; readonly bound: number | null },
  { peakLagUs }: Figures,
): boolean {
  const { unit } = findFigure(figure)!;
  const most = bound === null ? Infinity : bound * HARNESS_LAG_SHARE;
  if (unit === 'time') return peakLagUs > Math.min(HARNESS_LAG_US, most);
  return (unit === 'rate' || unit === 'bytesPerSecond') && peakLagUs > HARNESS_LAG_US;
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
  }));
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
