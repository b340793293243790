/**
 * A thread of its own for each planted fault: modules are loaded once a thread, so only a new one can load the
 * peer with another fault in it. What is imported here must not import the peer.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Result } from '../result/result.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { PatchError } from './patch.ts';
import { plant } from './plant.ts';
import type { PlantedFault } from './planted-fault.ts';
import type { Outcome } from './scenario-run.ts';

/** What a thread is given. */
export interface MutantWork {
  /** Null: the peer as it is. */
  readonly fault: PlantedFault | null;
  readonly runs: readonly ScenarioWork[];
  /** Inputs of the fuzzer that the peer gets as well; 0: none. */
  readonly fuzzInputs: number;
  readonly environment: Result['environment'];
}

/** One scenario, and after how many events it is cut. */
export interface ScenarioWork {
  readonly scenario: Scenario;
  readonly mostEvents: number;
}

/** What a thread tells of each scenario, in their order. */
export interface MutantOutcome extends Outcome {
  /** Number of the scenario among those that were given. */
  readonly index: number;
}

/** What the fuzzer found, behind all scenarios. */
export interface FuzzedOutcome {
  readonly index: null;
  /** Empty: nothing. */
  readonly problems: readonly string[];
}

const { fault, runs, fuzzInputs, environment } = workerData as MutantWork;
const isPlanted = fault === null ? () => true : plant(fault);
const { runScenario } = await import('./scenario-run.ts');
if (!isPlanted()) throw new PatchError(fault!, 'the lab does not load that module');

runs.forEach((work, index) => {
  const outcome: MutantOutcome = { index, ...outcomeOf(work) };
  parentPort!.postMessage(outcome);
});

if (fuzzInputs > 0) {
  const { virtualFuzz } = await import('../fuzz/virtual-fuzz.ts');
  const fuzzed: FuzzedOutcome = { index: null, problems: await virtualFuzz(fuzzInputs) };
  parentPort!.postMessage(fuzzed);
}

/** A peer with a fault may throw where the lab expects no exception; without one, that is a bug of the lab. */
function outcomeOf({ scenario, mostEvents }: ScenarioWork): Outcome {
  try {
    return runScenario(scenario, mostEvents, environment);
  } catch (error) {
    if (fault === null) throw error;
    return { verdict: 'error', reasons: [`the peer broke down: ${String(error)}`], events: 0 };
  }
}
