/**
 * Another order of what is due at the same moment than that in which it came about. What must keep its order does: the
 * events of one connection, and those of the lab (faults, requests, phases) among one another. All else (alarms, other
 * connections, the answers of a disk) may come in any order on a real machine, too.
 */
import { ACTION, KEPT, OPENED } from './event-kind.ts';
import type { EventQueue } from './event-queue.ts';

/** An event that is due now. */
export interface DueEvent {
  readonly timeUs: number;
  readonly kind: number;
  readonly target: unknown;
  readonly datum: unknown;
}

/** Which of several events happens next, by its place; called with two or more. */
export type Choose = (due: readonly DueEvent[]) => number;

/** The lab itself, whose events keep their order. */
const LAB = Symbol('lab');

/** See the head of this file. */
export class Ordering {
  readonly #queue: EventQueue;
  readonly #choose: Choose;
  #due: DueEvent[] = [];

  constructor(queue: EventQueue, choose: Choose) {
    this.#queue = queue;
    this.#choose = choose;
  }

  /** Takes the next event out of the queue, which shows it as after its own `pop`. False when there is none. */
  pop(): boolean {
    if (this.#due.length === 0 && !this.#take()) return false;
    while (this.#queue.isDueNow) this.#take();
    const first = this.#due.length === 1 ? this.#due : this.#firstOfEach();
    const chosen = first.length === 1 ? first[0]! : first[this.#choose(first)]!;
    this.#due.splice(this.#due.indexOf(chosen), 1);
    const queue = this.#queue;
    [queue.kind, queue.target, queue.datum] = [chosen.kind, chosen.target, chosen.datum];
    return true;
  }

  #take(): boolean {
    const queue = this.#queue;
    if (!queue.pop()) return false;
    const { timeUs, kind, target, datum } = queue;
    this.#due.push({ timeUs, kind, target, datum });
    return true;
  }

  /** The first event of all that keep their order among one another. */
  #firstOfEach(): DueEvent[] {
    const seen = new Set<unknown>();
    return this.#due.filter((event) => {
      const lane = laneOf(event);
      return !seen.has(lane) && seen.add(lane);
    });
  }
}

function laneOf({ kind, target, datum }: DueEvent): unknown {
  if (kind === ACTION) return LAB;
  return kind === OPENED || kind === KEPT ? datum : target;
}
