import { BreakWatch } from '../check/break-watch.ts';
import type { Judgement } from '../check/ground-truth.ts';
import type { JournalEvent } from '../journal/event.ts';
import type { Journal } from '../journal/journal.ts';
import { countReachable, isOurs, type Plan } from '../plan/plan.ts';
import type { AttemptOutcome, MessageCounts } from '@imagemesh/peer';
import { quantifierOf } from '../scenario/figure-ref.ts';
import { Holdings } from './holdings.ts';
import { countKnowable, KnowledgeTimes } from './knowledge.ts';
import { LabStrain } from './lab-strain.ts';
import { Latencies } from './latencies.ts';
import { TellingRequests } from './telling-requests.ts';
import { TimeSeries } from './time-series.ts';

/** Counts of one phase, of one peer, or of all; changes while the run goes on. */
export interface Tally {
  due: number;
  correct: number;
  wrong: number;
  excused: number;
  failed: number;
}

/** What it took to answer some requests; changes while the run goes on. */
export interface EffortTally {
  attempts: number;
  failedAttempts: number;
  duplicateImages: number;
  duplicateBytes: number;
}

/** What has been measured of some requests. */
export interface RequestFigures {
  readonly tally: Tally;
  readonly latencies: Latencies;
  readonly effort: EffortTally;
  answered: number;
  bytes: number;
}

/** What has been measured of one phase. */
export interface PhaseFigures extends RequestFigures {
  startUs: number;
  endUs: number;
  isComplete: boolean;
  /** Requests of it that failed because they were still open when the run ended. */
  unfinished: number;
  /** What the peers of each group asked, by its number; null where they asked nothing. */
  readonly groups: (RequestFigures | null)[];
  /** What each peer asked, if an expectation looks at single peers in this phase. */
  readonly peers: readonly Tally[] | null;
}

/** A fault as it happened. */
export interface FaultFigures {
  /** Its number in the plan. */
  readonly fault: number;
  readonly startUs: number;
  /** Null: it lasted to the end of the run. */
  endUs: number | null;
}

/** What becomes of attempts that were not in vain: even a peer whose answer came too late was asked for a reason. */
const IN_ORDER: ReadonlySet<AttemptOutcome> = new Set(['found', 'not-found', 'not-needed']);

/** Events that come when the run is over, and do not make it longer. */
const AFTER_THE_RUN: ReadonlySet<JournalEvent['kind']> = new Set([
  'counts',
  'left-behind',
  'all-ended',
]);

/** How many bad requests are kept for the report. */
const KEPT_BAD_REQUESTS = 20;

/** Gathers every figure of a run, event by event, in memory that does not grow with its length. */
export class Figures implements Journal {
  readonly phases: readonly PhaseFigures[];
  readonly perPeer: readonly Tally[];
  readonly addresses: string[];
  readonly counts: (MessageCounts | null)[];
  readonly bad: Judgement[] = [];
  readonly telling: TellingRequests = new TellingRequests();
  /** When expectations about requests were broken. */
  readonly breaks: BreakWatch;
  /** Peers that ended unasked. */
  readonly crashes: string[] = [];
  /** What peers left behind, a sentence each. */
  readonly leftBehind: string[] = [];
  /** Whether it was looked for that; a run that could not be carried out may not have come to it. */
  isLeftBehindKnown = false;
  /** Pairs of a peer of ours and another that it has reached and not lost. */
  reachedPairs = 0;
  readonly pairs: number;
  /** When all pairs were reached for the first time. */
  discoveredUs: number | null = null;
  /** Pairs that can be known at once, and when shares of them were. */
  readonly knowablePairs: number;
  readonly knowledgeTimes: KnowledgeTimes;
  endUs = 0;
  peakRssBytes = 0;
  peakLagUs = 0;
  /** How late the lab was at worst in each of its samples of itself. */
  readonly lags: Latencies = new Latencies();
  /** The same by phase, with what it had of the machine. */
  readonly strain: LabStrain;
  /** The most requests that were under way at once. */
  peakOpenRequests = 0;
  readonly series: TimeSeries = new TimeSeries();
  /** Bytes of images that others fetched from each peer, and that it fetched itself. */
  readonly bytesSent: Float64Array;
  readonly bytesReceived: Float64Array;
  /** Faults as they happened, in the order of their beginnings. */
  readonly faults: FaultFigures[] = [];
  /** When the last fault was over; null while one goes on, or when there was none. */
  healedUs: number | null = null;
  /** When all pairs were reached after that. */
  rediscoveredUs: number | null = null;
  #underWay = 0;
  #openRequests = 0;
  readonly #holdings: Holdings;
  readonly #isUp: Uint8Array;
  readonly #reached: Int32Array;
  readonly #plan: Plan;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#reached = new Int32Array(plan.peers.length);
    this.#isUp = new Uint8Array(plan.peers.length);
    this.bytesSent = new Float64Array(plan.peers.length);
    this.bytesReceived = new Float64Array(plan.peers.length);
    this.#holdings = new Holdings(plan);
    this.breaks = new BreakWatch(plan);
    this.knowablePairs = countKnowable(plan);
    this.knowledgeTimes = new KnowledgeTimes(this.knowablePairs);
    const { phases, groups } = plan.scenario;
    this.strain = new LabStrain(phases.length);
    const watched = phasesOfPeers(plan.scenario);
    this.phases = phases.map((_, phase) => ({
      ...emptyRequests(),
      startUs: 0,
      endUs: 0,
      isComplete: false,
      unfinished: 0,
      groups: groups.map(() => null),
      peers: watched.has(phase) ? plan.peers.map(emptyTally) : null,
    }));
    this.perPeer = plan.peers.map(emptyTally);
    this.addresses = plan.peers.map(() => '');
    this.counts = plan.peers.map(() => null);
    const ours = plan.peers.filter(isOurs).length;
    this.pairs = ours * (countReachable(plan) - 1);
    // A peer that is alone has nobody to look for.
    if (this.pairs === 0) this.discoveredUs = 0;
  }

  write(event: JournalEvent): void {
    if (event.atUs > this.endUs && !AFTER_THE_RUN.has(event.kind)) this.endUs = event.atUs;
    this.strain.write(event);
    switch (event.kind) {
      case 'peer-up':
        this.addresses[event.peer] = event.address;
        this.#isUp[event.peer] = 1;
        if (!event.hasFiles) this.#holdings.empty(event.peer);
        break;
      case 'peer-down':
        // What it knew is gone with it.
        this.reachedPairs -= this.#reached[event.peer]!;
        this.#reached[event.peer] = 0;
        this.#isUp[event.peer] = 0;
        if (!event.isPlanned)
          this.crashes.push(`${this.#plan.peers[event.peer]!.name} ${event.how}`);
        break;
      case 'phase-start':
        this.phases[event.phase]!.startUs = event.atUs;
        break;
      case 'phase-end':
        this.phases[event.phase]!.endUs = event.atUs;
        this.phases[event.phase]!.isComplete = event.isComplete;
        break;
      case 'reached':
        this.reachedPairs++;
        this.#reached[event.peer]!++;
        this.knowledgeTimes.note(this.reachedPairs, event.atUs);
        if (this.reachedPairs === this.pairs) this.#discovered(event.atUs);
        break;
      case 'lost':
        this.reachedPairs--;
        this.#reached[event.peer]!--;
        break;
      case 'fault-begins':
        this.faults.push({ fault: event.fault, startUs: event.atUs, endUs: null });
        this.#underWay++;
        this.healedUs = null;
        this.rediscoveredUs = null;
        break;
      case 'fault-ends':
        this.#faultEnds(event.fault, event.atUs);
        break;
      case 'due':
        this.series.due(event.atUs);
        this.peakOpenRequests = Math.max(this.peakOpenRequests, ++this.#openRequests);
        break;
      case 'done':
        this.#openRequests--;
        break;
      case 'counts':
        this.counts[event.peer] = event.counts;
        break;
      case 'left-behind':
        this.leftBehind.push(`${this.#plan.peers[event.peer]!.name} left ${event.what}`);
        break;
      case 'all-ended':
        this.isLeftBehindKnown = event.problem === null;
        break;
      case 'harness':
        this.peakRssBytes = Math.max(this.peakRssBytes, event.rssBytes);
        this.peakLagUs = Math.max(this.peakLagUs, event.lagUs);
        this.lags.record(event.lagUs);
        break;
    }
  }

  /** Whether a peer is up now. */
  isUp(peer: number): boolean {
    return this.#isUp[peer] === 1;
  }

  #discovered(atUs: number): void {
    this.discoveredUs ??= atUs;
    if (this.healedUs !== null) this.rediscoveredUs ??= atUs;
  }

  #faultEnds(fault: number, atUs: number): void {
    const begun = this.faults.findLast((one) => one.fault === fault && one.endUs === null);
    if (begun === undefined) return;
    begun.endUs = atUs;
    this.#underWay--;
    if (this.#underWay > 0) return;
    this.healedUs = atUs;
    if (this.reachedPairs === this.pairs) this.rediscoveredUs = atUs;
  }

  /** Takes one judged request in. */
  judged(judgement: Judgement): void {
    const { due, done } = judgement;
    const phase = this.phases[due.phase]!;
    if (done === null && judgement.class === 'failed') phase.unfinished++;
    const parts = [phase, ...this.#groupOf(phase, due.peer)];
    const peer = phase.peers === null ? [] : [phase.peers[due.peer]!];
    for (const tally of [...parts.map((part) => part.tally), this.perPeer[due.peer]!, ...peer]) {
      tally.due++;
      tally[judgement.class]++;
    }
    if (judgement.class === 'wrong' || judgement.class === 'failed') {
      if (this.bad.length < KEPT_BAD_REQUESTS) this.bad.push(judgement);
    }
    const effort = this.#effortOf(judgement);
    for (const part of parts) addEffort(part.effort, effort);
    const isAnswered = done?.outcome === 'found' || done?.outcome === 'not-found';
    const latencyUs = isAnswered ? done.atUs - due.atUs : null;
    this.series.judged(judgement, latencyUs);
    this.telling.judged(judgement, this.#plan.scenario.phases[due.phase]!.measured);
    // A rate is of what came within the phase: the answers to a backlog that come after its end would
    // make a slow network look fast.
    const isWithin = phase.endUs === 0 || (done !== null && done.atUs <= phase.endUs);
    const answered = latencyUs !== null && isWithin && judgement.class === 'correct' ? 1 : 0;
    const bytes = answered === 0 || done!.isJoined ? 0 : done!.sizeBytes;
    for (const part of parts) {
      if (latencyUs !== null) part.latencies.record(latencyUs);
      part.answered += answered;
      part.bytes += bytes;
    }
    const atUs = done?.atUs ?? this.endUs;
    const contribution = { atUs, class: judgement.class, latencyUs, answered, bytes, ...effort };
    this.breaks.judged(due, contribution, phase.startUs);
  }

  /** What it took to come to this end; notes what arrived with it. */
  #effortOf({ due, done, class: verdict }: Judgement): Readonly<EffortTally> {
    if (done === null || done.isJoined) return NO_EFFORT;
    let failedAttempts = 0;
    for (const { outcome } of done.attempts) if (!IN_ORDER.has(outcome)) failedAttempts++;
    const attempts = done.attempts.length;
    if (done.outcome !== 'found') return { ...NO_EFFORT, attempts, failedAttempts };
    this.bytesReceived[due.peer]! += done.sizeBytes;
    if (done.from >= 0) this.bytesSent[done.from]! += done.sizeBytes;
    const isDuplicate =
      verdict === 'correct' && this.#holdings.add(due.peer, due.image, done.sha256);
    const duplicateBytes = isDuplicate ? done.sizeBytes : 0;
    return { attempts, failedAttempts, duplicateImages: Number(isDuplicate), duplicateBytes };
  }

  /** A scenario of one group needs no second count of the same. */
  #groupOf(phase: PhaseFigures, peer: number): RequestFigures[] {
    if (phase.groups.length === 1) return [];
    return [(phase.groups[this.#plan.peers[peer]!.group] ??= emptyRequests())];
  }
}

/** Phases in which an expectation looks at single peers. */
function phasesOfPeers({ expect, phases }: Plan['scenario']): Set<number> {
  const refs = expect.flatMap((one) => [one, ...one.terms]).filter(({ peer }) => peer !== null);
  const isMeant = ({ name, measured }: (typeof phases)[number]): boolean =>
    refs.some(({ phase }) =>
      phase === null ? measured : phase === name || quantifierOf(phase) !== null,
    );
  return new Set(phases.flatMap((phase, i) => (isMeant(phase) ? [i] : [])));
}

function emptyRequests(): RequestFigures {
  return {
    tally: emptyTally(),
    latencies: new Latencies(),
    effort: emptyEffort(),
    answered: 0,
    bytes: 0,
  };
}

/** Nothing done yet. */
export function emptyEffort(): EffortTally {
  return { attempts: 0, failedAttempts: 0, duplicateImages: 0, duplicateBytes: 0 };
}

const NO_EFFORT: Readonly<EffortTally> = emptyEffort();

function addEffort(sum: EffortTally, one: Readonly<EffortTally>): void {
  sum.attempts += one.attempts;
  sum.failedAttempts += one.failedAttempts;
  sum.duplicateImages += one.duplicateImages;
  sum.duplicateBytes += one.duplicateBytes;
}

function emptyTally(): Tally {
  return { due: 0, correct: 0, wrong: 0, excused: 0, failed: 0 };
}
