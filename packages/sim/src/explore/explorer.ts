import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Result } from '../result/result.ts';
import type { FailureKind } from './failure.ts';
import type { Origin } from './origin.ts';
import type { ExploreWork, SeedTrial } from './explore-worker.ts';

/** Beside this file, whether it was built or not. */
const PROGRAM = new URL(`./explore-worker${extname(import.meta.url)}`, import.meta.url);

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
    const known = this.#findings.get(failure);
    const count = (known?.count ?? 0) + 1;
    // Threads tell in no order; the least seed is the same however many there are.
    const isFirst = known === undefined || seed < known.seed;
    const finding = isFirst ? { failure, seed, reasons, traceHash, count } : { ...known, count };
    this.#findings.set(failure, finding);
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
  const taken = new Int32Array(new SharedArrayBuffer(4));
  const workerData: ExploreWork = { first: firstSeed, count: runs, origin, environment, taken };
  // The threads find no seed left, and end.
  const end = (): unknown => Atomics.store(taken, 0, runs);
  if (signal.aborted) end();
  signal.addEventListener('abort', end);
  const threads = Array.from({ length: Math.min(jobs, runs) }, async () => {
    const worker = new Worker(PROGRAM, { workerData });
    worker.on('message', onTrial);
    await new Promise<void>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', () => resolve());
    });
  });
  try {
    await Promise.all(threads);
  } finally {
    end();
    signal.removeEventListener('abort', end);
  }
}
