/**
 * The streams of requests of one phase. Open loops are due when they are due, whether or not earlier
 * requests have been answered; they are merged into one, so that what a late clock has missed is made up
 * for in the order in which it was due. In a closed loop each user asks, waits for the answer, thinks, and
 * asks again.
 */
import type { Plan } from '../plan/plan.ts';
import { drawFrom, type Distribution } from '../random/distributions.ts';
import { Random } from '../random/random.ts';
import type { Load, Requests } from '../scenario/scenario.ts';
import { makeArrivals, type Arrivals } from './arrivals.ts';
import { Wishes, type Wish } from './wishes.ts';

/** Longer than any run; a Pareto distribution can draw more than a clock can count. */
const LONGEST_THINK_US = 1e15;

/** A user whose request took no time at all asks again after this. */
const LEAST_TURN_US = 1_000;

/** What the streams need of whoever leads the run. */
export interface RequestMaker {
  nowUs(): number;
  /** Calls `action` at `atUs` or, on a real clock, soon after. */
  at(atUs: number, action: () => void): void;
  /** How long before they are due requests at a rate are to be made. */
  readonly leadUs: number;
  /** Whether the phase still lasts. */
  isOn(): boolean;
  /** Makes a request. `onDone`, if any, is called when it has come to its end. */
  request(dueUs: number, wish: Wish, onDone: (() => void) | null): void;
}

/** An open loop and the moment when its next request is due. */
interface OpenLoop {
  readonly arrivals: Arrivals;
  readonly wishes: Wishes;
  readonly random: Random;
  dueUs: number;
}

/** A closed loop. */
interface ClosedLoop {
  readonly think: Distribution;
  readonly wishes: Wishes;
}

/** See the head of this file. */
export class PhaseRequests {
  readonly #maker: RequestMaker;
  readonly #startUs: number;
  readonly #endUs: number;
  readonly #open: OpenLoop[] = [];

  /** Makes nothing before `start`. */
  constructor(maker: RequestMaker, startUs: number, endUs: number) {
    this.#maker = maker;
    this.#startUs = startUs;
    this.#endUs = endUs;
  }

  /** Begins the streams of a phase of the plan. */
  start(plan: Plan, phase: number): void {
    const { requests } = plan.scenario.phases[phase]!;
    const random = Random.fromSeed(plan.seed).fork('phase', phase);
    requests.forEach((stream, index) => {
      this.#startStream(plan, stream, index === 0 ? random : random.fork('stream', index));
    });
    this.#awaitDue();
  }

  /** Makes what is due by now in the open loops. A real clock rings late, and once a millisecond at most. */
  makeDue(): void {
    const untilUs = this.#maker.nowUs() + this.#maker.leadUs;
    for (;;) {
      const loop = this.#nextLoop();
      if (loop === null || loop.dueUs > untilUs || !this.#maker.isOn()) return;
      this.#maker.request(loop.dueUs, loop.wishes.draw(loop.random), null);
      loop.dueUs = this.#startUs + loop.arrivals.next();
    }
  }

  #startStream(plan: Plan, stream: Requests, random: Random): void {
    const { load } = stream;
    const wishes = new Wishes(plan, stream);
    if (load.kind === 'users') return this.#startUsers(load, wishes, random);
    const arrivals = makeArrivals(load, this.#endUs - this.#startUs, random.fork('arrivals'));
    const dueUs = this.#startUs + arrivals.next();
    this.#open.push({ arrivals, wishes, random: random.fork('wishes'), dueUs });
  }

  /** The open loop whose request is due next; null when none is before the end of the phase. */
  #nextLoop(): OpenLoop | null {
    let next: OpenLoop | null = null;
    for (const loop of this.#open) {
      if (loop.dueUs < (next === null ? this.#endUs : next.dueUs)) next = loop;
    }
    return next;
  }

  #awaitDue(): void {
    const next = this.#nextLoop();
    if (next === null) return;
    const { leadUs } = this.#maker;
    // Nothing is late that is not due yet.
    const atUs = leadUs === 0 ? next.dueUs : Math.max(this.#maker.nowUs(), next.dueUs - leadUs);
    this.#maker.at(atUs, () => {
      if (!this.#maker.isOn()) return;
      this.makeDue();
      this.#awaitDue();
    });
  }

  #startUsers(
    { users, think }: Extract<Load, { readonly kind: 'users' }>,
    wishes: Wishes,
    random: Random,
  ): void {
    for (let user = 0; user < users; user++) {
      const own = random.fork('user', user);
      const thinkUs = drawThink(think, own);
      // Users do not all begin in the same instant; with no pause to think, they do.
      const afterUs = thinkUs > 0 ? own.below(thinkUs) : 0;
      this.#askAt(this.#startUs + afterUs, { think, wishes }, own);
    }
  }

  #askAt(dueUs: number, loop: ClosedLoop, random: Random): void {
    if (dueUs >= this.#endUs) return;
    this.#maker.at(dueUs, () => {
      if (!this.#maker.isOn()) return;
      this.#maker.request(dueUs, loop.wishes.draw(random), () => {
        const nowUs = this.#maker.nowUs();
        // Where an answer takes no time, as with nobody to ask, time must go on all the same.
        const restUs = nowUs > dueUs ? 0 : LEAST_TURN_US;
        const nextUs = nowUs + Math.max(restUs, drawThink(loop.think, random));
        this.#askAt(nextUs, loop, random);
      });
    });
  }
}

function drawThink(think: Distribution, random: Random): number {
  return Math.min(Math.round(drawFrom(think, random)), LONGEST_THINK_US);
}
