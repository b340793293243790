import type { Judgement } from '../check/ground-truth.ts';
import type { JournalEvent } from '../journal/event.ts';
import type { Journal } from '../journal/journal.ts';
import type { Plan } from '../plan/plan.ts';
import type { MessageCounts } from '@imagemesh/peer';
import { Latencies } from './latencies.ts';

/** Counts of one phase, of one peer, or of all; changes while the run goes on. */
export interface Tally {
  due: number;
  correct: number;
  wrong: number;
  excused: number;
  failed: number;
}

/** What has been measured of one phase. */
export interface PhaseFigures {
  readonly tally: Tally;
  readonly latencies: Latencies;
  startUs: number;
  endUs: number;
  isComplete: boolean;
  answered: number;
  bytes: number;
}

/** How many bad requests are kept for the report. */
const KEPT_BAD_REQUESTS = 20;

/** Gathers every figure of a run, event by event, in memory that does not grow with its length. */
export class Figures implements Journal {
  readonly phases: readonly PhaseFigures[];
  readonly perPeer: readonly Tally[];
  readonly addresses: string[];
  readonly counts: (MessageCounts | null)[];
  readonly bad: Judgement[] = [];
  /** Peers that ended unasked. */
  readonly crashes: string[] = [];
  /** Pairs of a peer of ours and another that it has reached and not lost. */
  reachedPairs = 0;
  readonly pairs: number;
  /** When all pairs were reached for the first time. */
  discoveredUs: number | null = null;
  endUs = 0;
  peakRssBytes = 0;
  peakLagUs = 0;
  readonly #plan: Plan;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.phases = plan.scenario.phases.map(() => ({
      tally: emptyTally(),
      latencies: new Latencies(),
      startUs: 0,
      endUs: 0,
      isComplete: false,
      answered: 0,
      bytes: 0,
    }));
    this.perPeer = plan.peers.map(emptyTally);
    this.addresses = plan.peers.map(() => '');
    this.counts = plan.peers.map(() => null);
    const ours = plan.peers.filter((peer) => peer.run === null).length;
    this.pairs = ours * (plan.peers.length - 1);
    // A peer that is alone has nobody to look for.
    if (this.pairs === 0) this.discoveredUs = 0;
  }

  write(event: JournalEvent): void {
    if (event.atUs > this.endUs && event.kind !== 'counts') this.endUs = event.atUs;
    switch (event.kind) {
      case 'peer-up':
        this.addresses[event.peer] = event.address;
        break;
      case 'peer-down':
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
        if (this.reachedPairs === this.pairs) this.discoveredUs ??= event.atUs;
        break;
      case 'lost':
        this.reachedPairs--;
        break;
      case 'counts':
        this.counts[event.peer] = event.counts;
        break;
      case 'harness':
        this.peakRssBytes = Math.max(this.peakRssBytes, event.rssBytes);
        this.peakLagUs = Math.max(this.peakLagUs, event.lagUs);
        break;
    }
  }

  /** Takes one judged request in. */
  judged(judgement: Judgement): void {
    const { due, done } = judgement;
    const phase = this.phases[due.phase]!;
    for (const tally of [phase.tally, this.perPeer[due.peer]!]) {
      tally.due++;
      tally[judgement.class]++;
    }
    if (judgement.class === 'wrong' || judgement.class === 'failed') {
      if (this.bad.length < KEPT_BAD_REQUESTS) this.bad.push(judgement);
    }
    if (done === null || (done.outcome !== 'found' && done.outcome !== 'not-found')) return;
    phase.latencies.record(done.atUs - due.atUs);
    // A rate is of what came within the phase: the answers to a backlog that come after its end would
    // make a slow network look fast.
    const isWithin = phase.endUs === 0 || done.atUs <= phase.endUs;
    if (!isWithin || judgement.class !== 'correct') return;
    phase.answered++;
    phase.bytes += done.sizeBytes;
  }
}

function emptyTally(): Tally {
  return { due: 0, correct: 0, wrong: 0, excused: 0, failed: 0 };
}
