import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { PatchError, patchedModule } from '../../mutate/patch.ts';
import type { PlantedFault } from '../../mutate/planted-fault.ts';
import type { Result } from '../../result/result.ts';
import { documentOf, NOTHING_GIVEN } from '../origin.ts';
import { shrinkWith } from '../shrink-finding.ts';
import type { Document } from '../shrink/document.ts';
import { TrialThread } from '../trial-thread.ts';
import { tryScenario, type Trial } from '../trial.ts';

/** What exploring made of a planted fault. */
export interface Hunted {
  readonly fault: PlantedFault;
  /** Scenarios that were tried. */
  readonly runs: number;
  readonly seconds: number;
  /** Null: nothing failed. */
  readonly found: HuntedFailure | null;
}

/** What a planted fault was found by. */
export interface HuntedFailure {
  readonly seed: number;
  readonly failure: string;
  /** Made small, and what it has. */
  readonly document: Document;
  readonly size: Trial['size'];
  readonly shrinkSeconds: number;
}

/** How faults are hunted. */
export interface HuntOptions {
  readonly firstSeed: number;
  /** For so long each is looked for, and what finds it made smaller. */
  readonly exploreMs: number;
  readonly shrinkMs: number;
  readonly environment: Result['environment'];
  readonly signal: AbortSignal;
  /** Told after each fault. */
  onHunted(): void;
}

/**
 * Puts each fault into the peer in turn, on all cores, and explores until a scenario fails that the peer as it is
 * passes. Rejects when a fault does not fit; resolves early, with what there is, on the signal.
 */
export async function huntFaults(
  faults: readonly PlantedFault[],
  options: HuntOptions,
): Promise<readonly Hunted[]> {
  for (const fault of faults) patchedModule(fault);
  const limit = pLimit(availableParallelism());
  const all = faults.map((fault) =>
    limit(async () => {
      const hunted = options.signal.aborted ? null : await huntOne(fault, options);
      if (hunted === null) return [];
      options.onHunted();
      return [hunted];
    }),
  );
  return (await Promise.all(all)).flat();
}

/** Null: it was interrupted. */
async function huntOne(fault: PlantedFault, options: HuntOptions): Promise<Hunted | null> {
  const { environment, signal } = options;
  const thread = new TrialThread({ origin: NOTHING_GIVEN, environment, fault });
  const stop = (): void => void thread.close();
  signal.addEventListener('abort', stop);
  try {
    return await huntWith(thread, fault, options);
  } catch (error) {
    if (signal.aborted) return null;
    throw new PatchError(fault, (error as Error).message);
  } finally {
    signal.removeEventListener('abort', stop);
    await thread.close();
  }
}

async function huntWith(
  thread: TrialThread,
  fault: PlantedFault,
  { firstSeed, exploreMs, shrinkMs, environment, signal }: HuntOptions,
): Promise<Hunted | null> {
  const passes = (document: Document): boolean =>
    tryScenario(document, environment).failures.length === 0;
  const startMs = performance.now();
  for (let runs = 1; !signal.aborted; runs++) {
    const seed = firstSeed + runs - 1;
    const document = documentOf(NOTHING_GIVEN, seed);
    const [failure] = (await thread.try({ seed })).failures;
    const seconds = secondsSince(startMs);
    if (failure !== undefined && passes(document)) {
      const found = await smaller(thread, { seed, document, failure }, passes, shrinkMs);
      return { fault, runs, seconds, found };
    }
    if (seconds * 1_000 >= exploreMs) return { fault, runs, seconds, found: null };
  }
  return null;
}

/** Smaller, as long as the peer as it is passes: what fails with it too says nothing of the fault. */
async function smaller(
  thread: TrialThread,
  found: Pick<HuntedFailure, 'seed' | 'document' | 'failure'>,
  passes: (document: Document) => boolean,
  shrinkMs: number,
): Promise<HuntedFailure> {
  const startMs = performance.now();
  const { document } = await shrinkWith(
    found.document,
    async (candidate) =>
      (await thread.try({ document: candidate })).failures.includes(found.failure) &&
      passes(candidate),
    () => performance.now() - startMs >= shrinkMs,
  );
  const shrinkSeconds = secondsSince(startMs);
  return { ...found, document, size: (await thread.try({ document })).size, shrinkSeconds };
}

function secondsSince(ms: number): number {
  return (performance.now() - ms) / 1_000;
}
