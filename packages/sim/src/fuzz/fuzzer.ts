import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { batchArbitrary, type BatchOptions } from './batch-arbitrary.ts';
import type { Batch } from './batch.ts';
import { problemOf, type Rules } from './judge.ts';
import { signaturesOf } from './signature.ts';
import type { Observation, Target } from './target.ts';

/** Batches between two looks at the clock and at the signal; each such lot has a seed of its own. */
const LOT = 100;

/** Unless told otherwise shrinking ends after so long, with the smallest that there is by then. */
const SHRINK_MS = 20_000;

/** What was wrong with one call (its number from 0), or with the peer as a whole (null). */
export interface Problem {
  readonly call: number | null;
  readonly text: string;
}

/** A batch that a peer did not stand. */
export interface Finding {
  readonly batch: Batch;
  /** What was wrong, clauses without an end: of single calls, then of the peer. */
  readonly problems: readonly Problem[];
  readonly observation: Observation;
}

/** What it takes to fuzz. */
export interface FuzzOptions extends BatchOptions {
  readonly target: Target;
  readonly rules: Rules;
  readonly seed: number;
  /** Repeats what this path led to under the seed, and nothing else. */
  readonly path?: string;
  readonly mostRuns: number;
  readonly forMs: number;
  /** How long a finding may be made smaller; 0: it is told as it was drawn. */
  readonly shrinkMs?: number;
  readonly signal: AbortSignal;
  /** Told after each batch. */
  readonly onBatch?: (batch: Batch, soFar: FuzzCounts) => void;
  /** Told of a batch with a signature that nobody had before. */
  readonly onNew?: (batch: Batch) => void;
  /** Signatures that are known. It grows. */
  readonly seen: Set<string>;
}

/** How much was done. */
export interface FuzzCounts {
  readonly batches: number;
  readonly connections: number;
  readonly signatures: number;
}

/** What came of it all. */
export interface FuzzOutcome extends FuzzCounts {
  readonly finding: (Finding & { readonly seed: number; readonly path: string }) | null;
}

/** Plays a batch and judges it. */
export async function judgeBatch(batch: Batch, target: Target, rules: Rules): Promise<Finding> {
  const observation = await target.play(batch);
  const problems = batch.calls.flatMap((call, i) => {
    const problem = problemOf(call, observation.heard[i]!, rules);
    return problem === null ? [] : [{ call: i, text: problem }];
  });
  const troubles = observation.troubles.map((text) => ({ call: null, text }));
  return { batch, problems: [...problems, ...troubles], observation };
}

/** Draws batches until there is a finding, which is shrunk, or the budget is spent. */
export async function fuzz(options: FuzzOptions): Promise<FuzzOutcome> {
  const session = new Session(options);
  for (let seed = options.seed; ; seed = (seed + 1) >>> 0) {
    const finding = await session.lot(seed);
    if (finding !== null || session.isOver()) return { ...session.counts(), finding };
    await setImmediate();
  }
}

class Session {
  readonly #options: FuzzOptions;
  readonly #arbitrary: fc.Arbitrary<Batch>;
  readonly #endMs: number;
  #batches = 0;
  #connections = 0;
  #last: Finding | null = null;
  #shrinkUntilMs = Infinity;

  constructor(options: FuzzOptions) {
    this.#options = options;
    this.#arbitrary = batchArbitrary(options);
    this.#endMs = performance.now() + options.forMs;
  }

  /** Whether the budget is spent. */
  isOver(): boolean {
    const { path, mostRuns, signal } = this.#options;
    if (signal.aborted || path !== undefined) return true;
    return this.#batches >= mostRuns || performance.now() > this.#endMs;
  }

  counts(): FuzzCounts {
    const [batches, connections] = [this.#batches, this.#connections];
    return { batches, connections, signatures: this.#options.seen.size };
  }

  /** Draws a lot of batches from one seed. */
  async lot(seed: number): Promise<FuzzOutcome['finding']> {
    const { path, mostRuns } = this.#options;
    const numRuns = path === undefined ? Math.min(LOT, mostRuns - this.#batches) : 1;
    const property = fc.asyncProperty(this.#arbitrary, (batch) => this.#holds(batch));
    const details = await fc.check(property, { seed: seed | 0, numRuns, ...(path && { path }) });
    if (this.#last === null || !details.failed) return null;
    return { ...this.#last, seed, path: details.counterexamplePath ?? '' };
  }

  /** Once a batch has failed, those that follow are smaller ones of it. */
  async #holds(batch: Batch): Promise<boolean> {
    if (this.#last === null ? this.#isSpent() : performance.now() > this.#shrinkUntilMs)
      return true;
    const { target, rules } = this.#options;
    const finding = await judgeBatch(batch, target, rules);
    if (this.#last === null) this.#count(finding);
    if (finding.problems.length === 0) return true;
    // What came before may be why a peer dies only now: a smaller batch that is innocent stands a second time.
    if (this.#last !== null && (await judgeBatch(batch, target, rules)).problems.length === 0)
      return true;
    if (this.#last === null)
      this.#shrinkUntilMs = performance.now() + (this.#options.shrinkMs ?? SHRINK_MS);
    this.#last = finding;
    return false;
  }

  #isSpent(): boolean {
    return this.#options.path === undefined && this.isOver();
  }

  #count({ batch, observation }: Finding): void {
    this.#batches++;
    this.#connections += batch.calls.length;
    const { seen, onNew, onBatch } = this.#options;
    const signatures = signaturesOf(batch, observation);
    const isNew = signatures.some((one) => !seen.has(one));
    for (const one of signatures) seen.add(one);
    if (isNew) onNew?.(batch);
    onBatch?.(batch, this.counts());
  }
}
