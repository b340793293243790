/**
 * Leads a run through its phases: begins and ends each, lets its requests be made, and knows when all is
 * over. A synchronous state machine like the peer itself, so that the same plan leads to
 * the same requests on the real clock and on the simulated one.
 *
 *   phase 0 → phase 1 → … → draining (the last requests' answers) → over
 *
 * A phase with `until` ends when enough peers know enough others, or incomplete after `within`; the run
 * goes on in either case, since what comes later still tells something. The scenario's timeout cuts
 * whatever is under way.
 */
import { DRAIN_US } from '../plan/draining.ts';
import { countReachable, isOurs, type Plan } from '../plan/plan.ts';
import type { Phase } from '../scenario/scenario.ts';
import type { Journal } from '../journal/journal.ts';
import { PhaseRequests } from './phase-requests.ts';
import type { Wish } from './wishes.ts';

/** What the conductor needs of the world it conducts. */
export interface Stage {
  /** Microseconds since the start of the run. */
  nowUs(): number;
  /** Calls `action` at `atUs` or, on a real clock, soon after. */
  at(atUs: number, action: () => void): void;
  /**
   * Makes the peer ask at `dueUs`, now or soon after; `Conductor.requestDone` is told when that has come to an end.
   */
  request(request: number, peer: number, image: number, dueUs: number): void;
  /**
   * How long before they are due requests at a rate are to be made, for a world that ships them to where they are due;
   * by default then.
   */
  readonly leadUs?: number;
}

/** How far a run has come, for whoever watches. */
export interface Progress {
  readonly phase: number;
  readonly phaseStartUs: number;
  readonly due: number;
  readonly done: number;
  /** Pairs of a peer of ours and another that it has reached, and as many as the phase waits for. */
  readonly reached: number;
  readonly wanted: number;
}

/** See the head of this file. */
export class Conductor {
  readonly #plan: Plan;
  readonly #stage: Stage;
  readonly #journal: Journal;
  readonly #onOver: () => void;
  readonly #known: Int32Array;
  readonly #counted: readonly boolean[];
  /** How many those are. */
  readonly #ours: number;
  readonly #reachable: number;
  #reached = 0;
  #phase = -1;
  #phaseStartUs = 0;
  /** Peers of ours that do not know enough others yet for the phase's `until`. */
  #lacking = 0;
  #wantedKnown = 0;
  #nextRequest = 0;
  #pending = 0;
  #isOver = false;
  #isDraining = false;
  readonly #onDone = new Map<number, () => void>();
  /** Makes what is due by now in the open loops of the phase. */
  #makeDue: () => void = () => {};

  /** `onOver` is called once, when the run is over. */
  constructor(plan: Plan, stage: Stage, journal: Journal, onOver: () => void) {
    this.#plan = plan;
    this.#stage = stage;
    this.#journal = journal;
    this.#onOver = onOver;
    this.#known = new Int32Array(plan.peers.length);
    this.#counted = plan.peers.map(isOurs);
    this.#ours = this.#counted.filter(Boolean).length;
    this.#reachable = countReachable(plan);
  }

  /** How far the run has come. */
  get progress(): Progress {
    return {
      phase: Math.min(Math.max(this.#phase, 0), this.#plan.scenario.phases.length - 1),
      phaseStartUs: this.#phaseStartUs,
      due: this.#nextRequest,
      done: this.#nextRequest - this.#pending,
      reached: this.#reached,
      wanted: this.#ours * (this.#wantedKnown || this.#reachable - 1),
    };
  }

  /** Begins the first phase. */
  start(): void {
    this.#stage.at(this.#plan.scenario.timeoutUs, () => this.cut());
    this.#beginPhase(0);
  }

  /** Ends the run where it is; requests under way get no answer. */
  cut(): void {
    if (this.#isOver) return;
    if (!this.#isDraining) this.#endPhase(false);
    this.#over();
  }

  /** A peer of ours has reached another. */
  reached(peer: number): void {
    this.#reached++;
    if (++this.#known[peer]! !== this.#wantedKnown || !this.#counted[peer]) return;
    this.#lacking--;
    if (this.#lacking === 0 && this.#currentPhase?.until) this.#nextPhase(true);
  }

  /** A peer of ours has lost one that it had reached. */
  lost(peer: number): void {
    this.#reached--;
    if (this.#known[peer]!-- === this.#wantedKnown && this.#counted[peer]) this.#lacking++;
  }

  /** A peer has ended, and with it all that it knew. */
  forget(peer: number): void {
    this.#reached -= this.#known[peer]!;
    if (this.#counted[peer] && this.#known[peer]! >= this.#wantedKnown) this.#lacking++;
    this.#known[peer] = 0;
  }

  /** A request has come to its end. */
  requestDone(request: number): void {
    if (this.#isOver) return;
    this.#pending--;
    const next = this.#onDone.get(request);
    this.#onDone.delete(request);
    next?.();
    if (this.#isDraining && this.#pending === 0) this.#over();
  }

  get #currentPhase(): Phase | undefined {
    return this.#isOver || this.#isDraining ? undefined : this.#plan.scenario.phases[this.#phase];
  }

  #isIn(phase: number): boolean {
    return this.#phase === phase && this.#currentPhase !== undefined;
  }

  #beginPhase(number: number): void {
    const phase = this.#plan.scenario.phases[number];
    if (phase === undefined) return this.#drain();
    this.#phase = number;
    this.#phaseStartUs = this.#stage.nowUs();
    this.#journal.write({ kind: 'phase-start', atUs: this.#phaseStartUs, phase: number });
    this.#countLacking(phase);
    if (phase.until && this.#lacking === 0) return this.#nextPhase(true);
    const endUs = this.#phaseStartUs + (phase.until ? phase.withinUs : phase.forUs);
    this.#stage.at(endUs, () => {
      if (this.#isIn(number)) this.#nextPhase(phase.until === null);
    });
    if (phase.requests.length > 0) this.#ask(number, endUs);
  }

  #countLacking(phase: Phase): void {
    this.#wantedKnown = 0;
    this.#lacking = 0;
    if (!phase.until) return;
    const { known } = phase.until;
    this.#wantedKnown = known === 'all' ? this.#reachable - 1 : known;
    for (let peer = 0; peer < this.#known.length; peer++) {
      if (this.#counted[peer] && this.#known[peer]! < this.#wantedKnown) this.#lacking++;
    }
  }

  #endPhase(isComplete: boolean): void {
    const atUs = this.#stage.nowUs();
    this.#journal.write({ kind: 'phase-end', atUs, phase: this.#phase, isComplete });
  }

  #nextPhase(isComplete: boolean): void {
    this.#makeDue();
    this.#makeDue = () => {};
    this.#endPhase(isComplete);
    this.#beginPhase(this.#phase + 1);
  }

  #drain(): void {
    this.#isDraining = true;
    if (this.#pending === 0) return this.#over();
    this.#stage.at(this.#stage.nowUs() + DRAIN_US, () => this.cut());
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onOver();
  }

  #ask(phase: number, endUs: number): void {
    const requests = new PhaseRequests(
      {
        nowUs: () => this.#stage.nowUs(),
        at: (atUs, action) => this.#stage.at(atUs, action),
        isOn: () => this.#isIn(phase),
        // When a phase with `until` ends is not known before.
        leadUs: this.#currentPhase!.until ? 0 : (this.#stage.leadUs ?? 0),
        request: (dueUs, wish, onDone) => this.#request(phase, dueUs, wish, onDone),
      },
      this.#phaseStartUs,
      endUs,
    );
    this.#makeDue = () => requests.makeDue();
    requests.start(this.#plan, phase);
  }

  #request(phase: number, dueUs: number, { peer, image }: Wish, onDone: (() => void) | null): void {
    const request = this.#nextRequest++;
    if (onDone !== null) this.#onDone.set(request, onDone);
    this.#pending++;
    this.#journal.write({ kind: 'due', atUs: dueUs, request, phase, peer, image });
    this.#stage.request(request, peer, image, dueUs);
  }
}
