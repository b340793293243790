/**
 * Gathers what the page shows while a run goes on, or while its trace is read: in memory that does not grow
 * with the run. It hears the events as any journal does, and each request once it has been judged.
 */
import type { Judgement } from '../check/ground-truth.ts';
import type { FaultChange, JournalEvent, PeerCounts } from '../journal/event.ts';
import type { Journal } from '../journal/journal.ts';
import { CoarseHistogram } from '../stats/coarse-histogram.ts';
import { TimeSeries } from '../stats/time-series.ts';
import { NetworkRecord } from './network-record.ts';
import { PeerTallies } from './peer-tallies.ts';
import type { PageFault, PagePhase } from './page-data.ts';
import { RequestTable } from './request-table.ts';
import type { RunNames } from './run-names.ts';

/** So many beginnings of faults are kept: churn is one fault, a fault of each second is many. */
const MOST_FAULTS = 1_000;

/** Events that come when the run is over, and do not make it longer. */
const AFTER_THE_RUN: ReadonlySet<JournalEvent['kind']> = new Set([
  'counts',
  'left-behind',
  'all-ended',
]);

/** See the head of this file. */
export class PageRecorder implements Journal {
  readonly names: RunNames;
  readonly requests: RequestTable;
  readonly network: NetworkRecord;
  readonly peers: PeerTallies;
  readonly series: TimeSeries = new TimeSeries();
  /** Of all answers in phases that are measured. */
  readonly latencies: CoarseHistogram = new CoarseHistogram();
  readonly phases: PagePhase[];
  readonly faults: PageFault[] = [];
  faultsLeftOut = 0;
  endUs = 0;
  /** Faults under way, by number: where each stands in `faults`. */
  readonly #open = new Map<number, number>();

  /** `mostRequests`: how many rows the table of requests has at most. */
  constructor(names: RunNames, mostRequests?: number) {
    this.names = names;
    this.requests = new RequestTable(mostRequests);
    this.network = new NetworkRecord(names.peers.length);
    this.peers = new PeerTallies(names.peers.length);
    this.phases = names.phases.map((phase) => ({ ...phase, startUs: null, endUs: null }));
  }

  write(event: JournalEvent): void {
    if (event.atUs > this.endUs && !AFTER_THE_RUN.has(event.kind)) this.endUs = event.atUs;
    switch (event.kind) {
      case 'due':
        this.series.due(event.atUs);
        break;
      case 'counts':
        this.peers.counts(event.peer, (event as PeerCounts).counts);
        break;
      case 'phase-start':
        this.#phase(event.phase, { startUs: event.atUs });
        break;
      case 'phase-end':
        this.#phase(event.phase, { endUs: event.atUs });
        break;
      case 'fault-begins':
        this.#faultBegins(event);
        break;
      case 'fault-ends':
        this.#faultEnds(event);
        break;
      case 'peer-up':
        this.peers.addresses[event.peer] = event.address;
        this.network.write(event);
        break;
      default:
        this.network.write(event);
    }
  }

  /** Takes a request in that has been judged. */
  judged(judgement: Judgement): void {
    const { due, done } = judgement;
    const isAnswered = done?.outcome === 'found' || done?.outcome === 'not-found';
    const latencyUs = isAnswered ? done.atUs - due.atUs : null;
    this.series.judged(judgement, latencyUs);
    this.requests.add(judgement);
    this.peers.judged(judgement);
    if (latencyUs !== null && this.phases[due.phase]?.isMeasured) this.latencies.record(latencyUs);
  }

  #phase(number: number, change: Partial<PagePhase>): void {
    this.phases[number] = { ...this.phases[number]!, ...change };
  }

  #faultBegins({ fault, atUs }: FaultChange): void {
    const { length } = this.faults;
    const named = this.names.faults[fault];
    if (length >= MOST_FAULTS || named === undefined) {
      this.faultsLeftOut++;
      return;
    }
    this.#open.set(fault, length);
    this.faults.push({ ...named, startUs: atUs, endUs: null });
  }

  #faultEnds({ fault, atUs }: FaultChange): void {
    const place = this.#open.get(fault);
    if (place === undefined) return;
    this.#open.delete(fault);
    this.faults[place] = { ...this.faults[place]!, endUs: atUs };
  }
}
