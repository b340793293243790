import { describeEvent } from './event-kind.ts';
import type { VirtualRun } from './virtual-run.ts';

/** Numbers an event is remembered by. */
const FIELDS = 3;

/** Events between two turns of whoever else needs the processor. */
const TURN_EVENTS = 50_000;

/** The first event in which two runs of one plan differ; null in a run that had ended by then. */
export interface Difference {
  /** Number of the event, from 1. */
  readonly event: number;
  /** What it was in the first run. */
  readonly first: string | null;
  /** Number of the run that did something else, from 2, and what that was. */
  readonly run: number;
  readonly other: string | null;
}

/** What came of running a plan several times. */
export interface Comparison {
  readonly events: number;
  readonly traceHash: string;
  readonly difference: Difference | null;
}

/** What a run must have to be compared. */
export interface ComparableRun extends Pick<VirtualRun, 'start' | 'advance' | 'isOver'> {
  readonly world: { readonly trace: Pick<VirtualRun['world']['trace'], 'listener' | 'digest'> };
}

/**
 * Makes `runs` runs, and compares each with the first, event by event, up to the first difference. The first
 * run is remembered in 24 bytes an event. `breathe` is awaited now and then, with the number of the run that is
 * going on, from 1; what it rejects with ends all.
 */
export async function compareRuns(
  makeRun: () => ComparableRun,
  runs: number,
  breathe: (run: number) => Promise<void>,
): Promise<Comparison> {
  const events = new EventLog();
  const first = makeRun();
  first.world.trace.listener = (timeUs, what, amount) => events.add(timeUs, what, amount);
  await finish(
    first,
    () => false,
    () => breathe(1),
  );
  let difference: Difference | null = null;
  for (let number = 2; number <= runs && difference === null; number++) {
    difference = await compareWith(events, makeRun(), number, breathe);
  }
  return { events: events.count, traceHash: first.world.trace.digest(), difference };
}

async function compareWith(
  events: EventLog,
  run: ComparableRun,
  number: number,
  breathe: (run: number) => Promise<void>,
): Promise<Difference | null> {
  let count = 0;
  let difference: Difference | null = null;
  run.world.trace.listener = (timeUs, what, amount) => {
    if (difference === null && !events.isAt(count, timeUs, what, amount)) {
      const other = show(timeUs, what, amount);
      difference = { event: count + 1, first: events.show(count), run: number, other };
    }
    count++;
  };
  await finish(
    run,
    () => difference !== null,
    () => breathe(number),
  );
  if (difference !== null || count === events.count) return difference;
  return { event: count + 1, first: events.show(count), run: number, other: null };
}

async function finish(
  run: ComparableRun,
  isEnough: () => boolean,
  breathe: () => Promise<void>,
): Promise<void> {
  run.start();
  while (!run.isOver && !isEnough()) {
    run.advance(TURN_EVENTS);
    await breathe();
  }
}

class EventLog {
  #numbers = new Float64Array(FIELDS * 1_024);
  count = 0;

  add(timeUs: number, what: number, amount: number): void {
    const at = this.count * FIELDS;
    if (at === this.#numbers.length) {
      const grown = new Float64Array(this.#numbers.length * 2);
      grown.set(this.#numbers);
      this.#numbers = grown;
    }
    this.#numbers[at] = timeUs;
    this.#numbers[at + 1] = what;
    this.#numbers[at + 2] = amount;
    this.count++;
  }

  isAt(event: number, timeUs: number, what: number, amount: number): boolean {
    const at = event * FIELDS;
    return (
      event < this.count &&
      this.#numbers[at] === timeUs &&
      this.#numbers[at + 1] === what &&
      this.#numbers[at + 2] === amount
    );
  }

  show(event: number): string | null {
    if (event >= this.count) return null;
    const at = event * FIELDS;
    return show(this.#numbers[at]!, this.#numbers[at + 1]!, this.#numbers[at + 2]!);
  }
}

function show(timeUs: number, what: number, amount: number): string {
  return `at ${(timeUs / 1e6).toFixed(6)} s ${describeEvent(what, amount)}`;
}
