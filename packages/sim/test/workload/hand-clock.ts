import type { JournalEvent, RequestDue } from '../../src/journal/event.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { Conductor, type Stage } from '../../src/workload/conductor.ts';

/** What a test says of one request: after how long it is answered; null: never. */
export type Answering = (request: number, peer: number, image: number) => number | null;

/**
 * A conductor on a clock that is driven by hand: a list of actions, done in the order of their times. With
 * `coarseUs` the clock rings at its multiples only, as a real one does.
 */
export class HandClock implements Stage {
  readonly conductor: Conductor;
  readonly journal: JournalEvent[] = [];
  readonly leadUs: number;
  readonly asked: { request: number; peer: number; image: number; atUs: number }[] = [];
  overAtUs: number | null = null;
  timesOver = 0;
  readonly #answering: Answering;
  readonly #coarseUs: number;
  readonly #actions: { atUs: number; action: () => void }[] = [];
  #nowUs = 0;

  constructor(
    plan: Plan,
    options: { answering?: Answering; coarseUs?: number; leadUs?: number } = {},
  ) {
    this.#answering = options.answering ?? (() => 1_000);
    this.#coarseUs = options.coarseUs ?? 1;
    this.leadUs = options.leadUs ?? 0;
    const journal = { write: (event: JournalEvent) => void this.journal.push(event) };
    this.conductor = new Conductor(plan, this, journal, () => {
      this.timesOver++;
      this.overAtUs = this.#nowUs;
    });
  }

  nowUs(): number {
    return this.#nowUs;
  }

  at(atUs: number, action: () => void): void {
    // A real timer never rings in the instant in which it is set.
    const soonest = this.#coarseUs > 1 ? this.#nowUs + 1 : this.#nowUs;
    const rings = Math.ceil(Math.max(atUs, soonest) / this.#coarseUs) * this.#coarseUs;
    const index = this.#actions.findIndex((one) => one.atUs > rings);
    this.#actions.splice(index < 0 ? this.#actions.length : index, 0, { atUs: rings, action });
  }

  request(request: number, peer: number, image: number): void {
    this.asked.push({ request, peer, image, atUs: this.#nowUs });
    const afterUs = this.#answering(request, peer, image);
    if (afterUs === null) return;
    this.at(this.#nowUs + afterUs, () => this.conductor.requestDone(request));
  }

  /** Lets the conductor begin and does all that is to be done until the run is over. */
  run(): this {
    this.conductor.start();
    while (this.overAtUs === null) this.#step();
    return this;
  }

  /** The same up to a moment; what is due then is done. */
  runUntil(atUs: number): this {
    while (this.#actions[0] !== undefined && this.#actions[0].atUs <= atUs) this.#step();
    this.#nowUs = atUs;
    return this;
  }

  /** Does all that is left, to see that it changes nothing. */
  exhaust(): this {
    while (this.#actions.length > 0) this.#step();
    return this;
  }

  get due(): RequestDue[] {
    return this.journal.filter((event) => event.kind === 'due');
  }

  /** `steady 0 … 1000000` for every phase that has ended, with `!` where it was not complete. */
  phases(plan: Plan): string[] {
    return this.journal.flatMap((event) => {
      if (event.kind !== 'phase-end') return [];
      const start = this.journal.find(
        (one) => one.kind === 'phase-start' && one.phase === event.phase,
      );
      const { name } = plan.scenario.phases[event.phase]!;
      return [`${name} ${start?.atUs} … ${event.atUs}${event.isComplete ? '' : '!'}`];
    });
  }

  #step(): void {
    const next = this.#actions.shift();
    if (next === undefined) throw new Error('nothing is left to do and the run is not over');
    this.#nowUs = next.atUs;
    next.action();
  }
}
