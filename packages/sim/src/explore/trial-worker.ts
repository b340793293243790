/**
 * A thread that tries scenarios, one after the other. What is imported here must not import the peer: it may be loaded
 * with a planted fault in it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PatchError } from '../mutate/patch.ts';
import { plant } from '../mutate/plant.ts';
import type { PlantedFault } from '../mutate/planted-fault.ts';
import type { Result } from '../result/result.ts';
import type { Origin } from './origin.ts';
import type { Document } from './shrink/document.ts';
import type { Trial } from './trial.ts';

/** What a thread is given. */
export interface TrialWork {
  readonly origin: Origin;
  readonly environment: Result['environment'];
  /** A fault that its peer has; null: none. */
  readonly fault: PlantedFault | null;
  /** Counts on while a run goes on: see `RunWatch.onTurn`. */
  readonly beat: Int32Array;
}

/** What it is asked: to try the scenario of a seed, or one that is given. */
export type TrialTask = { readonly seed: number } | { readonly document: Document };

const { origin, environment, fault, beat } = workerData as TrialWork;
const isPlanted = fault === null ? null : plant(fault);
const { documentOf } = await import('./origin.ts');
const { failedTrial, tryScenario } = await import('./trial.ts');
if (isPlanted?.() === false) throw new PatchError(fault!, 'the lab does not load that module');

parentPort!.on('message', (task: TrialTask) => {
  const document = 'seed' in task ? documentOf(origin, task.seed) : task.document;
  parentPort!.postMessage(tried(document));
});
// All is loaded.
parentPort!.postMessage(null);

function tried(document: Document): Trial {
  const onTurn = (): unknown => Atomics.add(beat, 0, 1);
  try {
    return tryScenario(document, environment, origin.mostEvents, { onTurn });
  } catch (error) {
    // A peer with a fault may throw where the lab expects no exception.
    if (fault !== null) return failedTrial(`error the peer broke down: ${String(error)}`);
    throw error;
  }
}
