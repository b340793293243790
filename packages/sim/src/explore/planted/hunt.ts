import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';
import { PatchError, patchedModule } from '../../mutate/patch.ts';
import type { PlantedFault } from '../../mutate/planted-fault.ts';
import type { Result } from '../../result/result.ts';
import { tryScenario } from '../trial.ts';
import type { HuntEnd, HuntWork, Question } from './hunt-worker.ts';

/** Beside this file, whether it was built or not. */
const PROGRAM = new URL(`./hunt-worker${extname(import.meta.url)}`, import.meta.url);

/** What exploring made of a planted fault. */
export interface Hunted extends Omit<HuntEnd, 'kind'> {
  readonly fault: PlantedFault;
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
      const end = options.signal.aborted ? null : await huntOne(fault, options);
      if (end === null) return [];
      options.onHunted();
      const { runs, seconds, found } = end;
      return [{ fault, runs, seconds, found }];
    }),
  );
  return (await Promise.all(all)).flat();
}

/** Null: it was interrupted. */
async function huntOne(
  fault: PlantedFault,
  { firstSeed, exploreMs, shrinkMs, environment, signal }: HuntOptions,
): Promise<HuntEnd | null> {
  const workerData: HuntWork = { fault, firstSeed, exploreMs, shrinkMs, environment };
  const worker = new Worker(PROGRAM, { workerData });
  const stop = (): void => void worker.terminate();
  signal.addEventListener('abort', stop);
  let end: HuntEnd | null = null;
  worker.on('message', (message: HuntEnd | Question) => {
    if (message.kind === 'end') end = message;
    else {
      worker.postMessage(tryScenario(message.document, environment).failures.length === 0);
    }
  });
  try {
    await new Promise<void>((resolve, reject) => {
      worker.once('error', ({ name, message }) =>
        reject(new PatchError(fault, `${name}: ${message}`)),
      );
      worker.once('exit', () => resolve());
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return end;
}
