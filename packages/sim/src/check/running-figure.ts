/**
 * A figure of requests while the run goes on, so that it can be told when it broke its bound. It looks at
 * one moment after the other and keeps the last one at which the bound stopped holding; when it holds again,
 * that is forgotten. What is left at the end is the moment from which it was broken for good.
 */
import type { Expectation } from '../scenario/scenario.ts';
import { compare } from './comparison.ts';

/** What one judged request adds to the figures of its part of the run. */
export interface Contribution {
  readonly atUs: number;
  readonly class: 'correct' | 'wrong' | 'excused' | 'failed';
  /** Null: it had no answer. */
  readonly latencyUs: number | null;
  readonly attempts: number;
  readonly failedAttempts: number;
  readonly duplicateImages: number;
  readonly duplicateBytes: number;
  /** What it adds to the rates: nothing when it was not correct, or came after its phase. */
  readonly answered: number;
  readonly bytes: number;
}

/** See the head of this file. */
export interface RunningFigure {
  take(one: Contribution): void;
  /** From when on the bound was broken at `endUs`; null: it held, or was never met. */
  brokenUs(endUs: number): number | null;
}

type Bound = Pick<Expectation, 'comparison' | 'value'>;

/** How many of a thousand requests stay within each of these. */
const PER_MILLE: Readonly<Record<string, number>> = {
  'latency.p50': 500,
  'latency.p90': 900,
  'latency.p99': 990,
  'latency.p999': 999,
  'latency.max': 1_000,
};

/** What of a request each count adds up. */
const ADDS: Readonly<Record<string, (one: Contribution) => number>> = {
  'requests.due': () => 1,
  'requests.correct': (one) => Number(one.class === 'correct'),
  'requests.wrong': (one) => Number(one.class === 'wrong'),
  'requests.excused': (one) => Number(one.class === 'excused'),
  'requests.failed': (one) => Number(one.class === 'failed'),
  attempts: (one) => one.attempts,
  'attempts.failed': (one) => one.failedAttempts,
  'duplicate.images': (one) => one.duplicateImages,
  'duplicate.bytes': (one) => one.duplicateBytes,
};

/** Follows a figure; null for those that cannot be followed request by request. */
export function followFigure(figure: string, bound: Bound, startUs: number): RunningFigure | null {
  const adds = ADDS[figure];
  if (adds !== undefined) return new RunningSum(adds, bound);
  const perMille = PER_MILLE[figure];
  if (perMille !== undefined) return quantile(perMille, bound);
  if (figure === 'requests.success') return new RunningSuccess(bound);
  if (figure === 'latency.mean') return new RunningMean(bound);
  if (figure === 'requests.rate') return new RunningRate((one) => one.answered, bound, startUs);
  if (figure === 'throughput') return new RunningRate((one) => one.bytes, bound, startUs);
  return null;
}

/** Remembers since when a bound does not hold. */
class Since {
  #brokenUs: number | null = null;

  note(holds: boolean, atUs: number): void {
    if (holds) this.#brokenUs = null;
    else this.#brokenUs ??= atUs;
  }

  get us(): number | null {
    return this.#brokenUs;
  }
}

class RunningSum implements RunningFigure {
  readonly #since = new Since();
  readonly #adds: (one: Contribution) => number;
  readonly #bound: Bound;
  #sum = 0;
  #hasHeld: boolean;

  constructor(adds: (one: Contribution) => number, bound: Bound) {
    this.#adds = adds;
    this.#bound = bound;
    this.#hasHeld = compare(0, bound);
  }

  take(one: Contribution): void {
    this.#sum += this.#adds(one);
    const holds = compare(this.#sum, this.#bound);
    this.#hasHeld ||= holds;
    // What was never met was not broken: it came too short to the end.
    if (this.#hasHeld) this.#since.note(holds, one.atUs);
  }

  brokenUs(): number | null {
    return this.#since.us;
  }
}

class RunningSuccess implements RunningFigure {
  readonly #since = new Since();
  readonly #bound: Bound;
  #correct = 0;
  #counted = 0;

  constructor(bound: Bound) {
    this.#bound = bound;
  }

  take(one: Contribution): void {
    if (one.class === 'excused') return;
    this.#counted++;
    if (one.class === 'correct') this.#correct++;
    this.#since.note(compare(this.#correct / this.#counted, this.#bound), one.atUs);
  }

  brokenUs(): number | null {
    return this.#since.us;
  }
}

class RunningMean implements RunningFigure {
  readonly #since = new Since();
  readonly #bound: Bound;
  #sumUs = 0;
  #count = 0;

  constructor(bound: Bound) {
    this.#bound = bound;
  }

  take({ latencyUs, atUs }: Contribution): void {
    if (latencyUs === null) return;
    this.#sumUs += latencyUs;
    this.#since.note(compare(this.#sumUs / ++this.#count, this.#bound), atUs);
  }

  brokenUs(): number | null {
    return this.#since.us;
  }
}

/** Null for `==` and `!=`: nobody can say when a quantile became another than one value. */
function quantile(perMille: number, bound: Bound): RunningFigure | null {
  return /^[<>]/.test(bound.comparison) ? new RunningQuantile(perMille, bound) : null;
}

/** A quantile is within a bound when enough requests are: no histogram has to be read for that. */
class RunningQuantile implements RunningFigure {
  readonly #since = new Since();
  readonly #perMille: number;
  readonly #bound: Bound;
  #meeting = 0;
  #count = 0;

  constructor(perMille: number, bound: Bound) {
    this.#perMille = perMille;
    this.#bound = bound;
  }

  take({ latencyUs, atUs }: Contribution): void {
    if (latencyUs === null) return;
    this.#count++;
    if (compare(latencyUs, this.#bound)) this.#meeting++;
    const rank = Math.ceil((this.#count * this.#perMille) / 1_000);
    const holds = this.#bound.comparison.startsWith('<')
      ? this.#meeting >= rank
      : this.#count - this.#meeting < rank;
    this.#since.note(holds, atUs);
  }

  brokenUs(): number | null {
    return this.#since.us;
  }
}

/** Something a second, from the start of a phase; it sinks while nothing comes. */
class RunningRate implements RunningFigure {
  readonly #since = new Since();
  readonly #adds: (one: Contribution) => number;
  readonly #bound: Bound;
  readonly #startUs: number;
  #sum = 0;

  constructor(adds: (one: Contribution) => number, bound: Bound, startUs: number) {
    this.#adds = adds;
    this.#bound = bound;
    this.#startUs = startUs;
  }

  take(one: Contribution): void {
    const added = this.#adds(one);
    if (added === 0) return;
    this.#sink(one.atUs);
    this.#sum += added;
    this.#since.note(this.#holdsAt(one.atUs), one.atUs);
  }

  brokenUs(endUs: number): number | null {
    this.#sink(endUs);
    return this.#since.us;
  }

  /** By now the rate may have sunk below its bound, at a moment that follows from both. */
  #sink(nowUs: number): void {
    const { comparison, value } = this.#bound;
    if (!comparison.startsWith('>') || this.#holdsAt(nowUs)) return;
    this.#since.note(false, Math.min(nowUs, this.#startUs + (this.#sum / value) * 1e6));
  }

  #holdsAt(atUs: number): boolean {
    const seconds = Math.max(1, atUs - this.#startUs) / 1e6;
    return compare(this.#sum / seconds, this.#bound);
  }
}
