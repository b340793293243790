import type { Result } from '../result/result.ts';
import { familyOf, type FailureKind } from './failure.ts';
import type { Origin } from './origin.ts';
import { STUCK, TrialThread } from './trial-thread.ts';
import type { Trial } from './trial.ts';

/** How long a run may stand still once one was stuck, in milliseconds. */
const LATER_PATIENCE_MS = 5_000;

/** What is explored, and how far. */
export interface Exploration {
  readonly firstSeed: number;
  /** Scenarios at most. */
  readonly runs: number;
  /** Threads. */
  readonly jobs: number;
  readonly origin: Origin;
  readonly environment: Result['environment'];
  /** No thread begins another scenario when it aborts. */
  readonly signal: AbortSignal;
}

/** What came of the scenario of a seed. */
export interface SeedTrial extends Trial {
  readonly seed: number;
}

/** One way to fail, and the first seed that does. */
export interface Finding {
  /** The gravest of what fails. */
  readonly failure: FailureKind;
  readonly seed: number;
  readonly reasons: readonly string[];
  /** Of the run. */
  readonly traceHash: string;
  /** Scenarios that fail so, this one among them. */
  readonly count: number;
}

/** What was seen so far. */
export class Sightings {
  runs = 0;
  events = 0;
  readonly #findings = new Map<string, Finding>();
  readonly #signatures = new Set<string>();

  /** Counts a scenario that was tried. */
  add({ seed, failures, reasons, events, signature, traceHash }: SeedTrial): void {
    this.runs++;
    this.events += events;
    this.#signatures.add(signature);
    const [failure] = failures;
    if (failure === undefined) return;
    const family = familyOf(failure);
    const known = this.#findings.get(family);
    const count = (known?.count ?? 0) + 1;
    // Threads tell in no order; the least seed is the same however many there are.
    const isFirst = known === undefined || seed < known.seed;
    const finding = isFirst ? { failure, seed, reasons, traceHash, count } : { ...known, count };
    this.#findings.set(family, finding);
  }

  /** Ways to behave that differ from one another. */
  get behaviours(): number {
    return this.#signatures.size;
  }

  /** By seed. */
  get findings(): readonly Finding[] {
    return [...this.#findings.values()].sort((a, b) => a.seed - b.seed);
  }
}

/** Tries the scenario of each seed, in threads. Tells each trial as it comes. Rejects when the lab itself fails. */
export async function explore(
  { firstSeed, runs, jobs, origin, environment, signal }: Exploration,
  onTrial: (trial: SeedTrial) => void,
): Promise<void> {
  let taken = 0;
  const failed = new AbortController();
  let patienceMs: number | undefined;
  const isOver = AbortSignal.any([signal, failed.signal]);
  const exploreInThread = async (): Promise<void> => {
    const thread = new TrialThread({ origin, environment, fault: null });
    try {
      while (taken < runs && !isOver.aborted) {
        const seed = firstSeed + taken++;
        const trial = await thread.try({ seed }, patienceMs);
        // One such finding is enough to wait for so long.
        if (trial.failures.includes(STUCK)) patienceMs = LATER_PATIENCE_MS;
        onTrial({ seed, ...trial });
      }
    } catch (error) {
      failed.abort();
      throw error;
    } finally {
      await thread.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, runs) }, exploreInThread));
}
