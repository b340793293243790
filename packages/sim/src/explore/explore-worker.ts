/** One of the threads that explore: takes the next seed of all until there is none left. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Result } from '../result/result.ts';
import { documentOf, type Origin } from './origin.ts';
import { tryScenario, type Trial } from './trial.ts';

/** What a thread is given. */
export interface ExploreWork {
  readonly first: number;
  readonly count: number;
  readonly origin: Origin;
  readonly environment: Result['environment'];
  /** How many seeds have been taken, by all threads together. */
  readonly taken: Int32Array;
}

/** What a thread tells of one seed. */
export interface SeedTrial extends Trial {
  readonly seed: number;
}

const { first, count, origin, environment, taken } = workerData as ExploreWork;

for (;;) {
  const index = Atomics.add(taken, 0, 1);
  if (index >= count) break;
  const seed = first + index;
  const trial: SeedTrial = {
    seed,
    ...tryScenario(documentOf(origin, seed), environment, origin.mostEvents),
  };
  parentPort!.postMessage(trial);
}
