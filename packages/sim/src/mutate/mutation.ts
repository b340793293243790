import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';
import type { Result } from '../result/result.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { PatchError, patchedModule } from './patch.ts';
import type { FuzzedOutcome, MutantOutcome, MutantWork, ScenarioWork } from './mutant-worker.ts';
import type { PlantedFault } from './planted-fault.ts';
import type { Outcome } from './scenario-run.ts';

/** Beside this file, whether it was built or not. */
const PROGRAM = new URL(`./mutant-worker${extname(import.meta.url)}`, import.meta.url);

/** How many times the events of the peer as it is one with a fault may take. */
const MOST_TIMES = 10;

/** Events that it may take in any case. */
const LEAST_EVENTS = 100_000;

/** What came of a scenario with a planted fault in the peer. */
export interface Trial extends Outcome {
  readonly scenario: Scenario;
}

/** A planted fault, and what came of each scenario with it. */
export interface Mutant {
  readonly fault: PlantedFault;
  readonly trials: readonly Trial[];
  /** What the fuzzer found; empty: nothing; null: it was not asked, or has not come to its end. */
  readonly fuzzed: readonly string[] | null;
}

/** What a run of many planted faults needs. */
export interface MutationOptions {
  readonly environment: Result['environment'];
  readonly signal: AbortSignal;
  /** Inputs of the fuzzer that each peer with a fault gets as well. Default 0. */
  readonly fuzzInputs?: number;
  /** Told after each scenario that a peer has gone through, with a fault or as it is. */
  readonly onTrial?: () => void;
}

/** Runs scenarios with the peer as it is, each on its own; the trials are in the order of the scenarios. */
export async function runUnplanted(
  scenarios: readonly Scenario[],
  options: MutationOptions,
): Promise<readonly Trial[]> {
  const runs = scenarios.map((scenario) => ({ scenario, mostEvents: Infinity }));
  const parts = shares(runs, availableParallelism());
  const limit = pLimit(availableParallelism());
  const trials = await Promise.all(
    parts.map((part) => limit(() => runInThread(null, part, { ...options, fuzzInputs: 0 }))),
  );
  const byScenario = new Map(
    trials.flatMap((part) => part.trials).map((trial) => [trial.scenario, trial]),
  );
  return scenarios.flatMap((scenario) => byScenario.get(scenario) ?? []);
}

/**
 * Puts each fault into the peer in turn and runs the scenarios that `scenariosOf` names for it, on all cores.
 * `unplanted` are trials of all these with the peer as it is: they say after how many events a run has lost
 * its way. Rejects when a fault does not fit; resolves early, with what there is, on the signal.
 */
export async function runMutants(
  faults: readonly PlantedFault[],
  scenariosOf: (fault: PlantedFault) => readonly Scenario[],
  unplanted: readonly Trial[],
  options: MutationOptions,
): Promise<readonly Mutant[]> {
  for (const fault of faults) patchedModule(fault);
  const most = new Map(
    unplanted.map(({ scenario, events }) => [scenario, events * MOST_TIMES + LEAST_EVENTS]),
  );
  const limit = pLimit(availableParallelism());
  return await Promise.all(
    faults.map((fault) =>
      limit(async () => {
        const runs = scenariosOf(fault).map((scenario) => ({
          scenario,
          mostEvents: most.get(scenario) ?? Infinity,
        }));
        return { fault, ...(await runInThread(fault, runs, options)) };
      }),
    ),
  );
}

/** Whether a scenario notices the fault: it fails, or the peer breaks down in it. */
export function isCaught({ verdict }: Pick<Trial, 'verdict'>): boolean {
  return verdict === 'fail' || verdict === 'error';
}

/** Whether anybody notices a fault: a scenario, or the fuzzer. */
export function isNoticed({ trials, fuzzed }: Pick<Mutant, 'trials' | 'fuzzed'>): boolean {
  return trials.some(isCaught) || (fuzzed !== null && fuzzed.length > 0);
}

async function runInThread(
  fault: PlantedFault | null,
  runs: readonly ScenarioWork[],
  { environment, signal, onTrial, fuzzInputs = 0 }: MutationOptions,
): Promise<Omit<Mutant, 'fault'>> {
  const trials: Trial[] = [];
  let fuzzed: readonly string[] | null = null;
  if (signal.aborted || (runs.length === 0 && fuzzInputs === 0)) return { trials, fuzzed };
  const workerData: MutantWork = { fault, runs, fuzzInputs, environment };
  const worker = new Worker(PROGRAM, { workerData });
  const stop = (): void => void worker.terminate();
  signal.addEventListener('abort', stop);
  worker.on('message', (outcome: MutantOutcome | FuzzedOutcome) => {
    if (outcome.index === null) fuzzed = outcome.problems;
    else trials.push({ scenario: runs[outcome.index]!.scenario, ...outcome });
    onTrial?.();
  });
  try {
    await new Promise<void>((resolve, reject) => {
      // The thread's own error, which has lost its class on the way: the module is no program any more.
      worker.once('error', (error) => reject(brokenBy(fault, error)));
      worker.once('exit', () => resolve());
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return { trials, fuzzed };
}

function brokenBy(fault: PlantedFault | null, error: Error): Error {
  return fault === null ? error : new PatchError(fault, `${error.name}: ${error.message}`);
}

/** Deals `all` out to at most `count` parts in turn; none is empty. */
function shares<T>(all: readonly T[], count: number): T[][] {
  const parts: T[][] = Array.from({ length: Math.min(count, all.length) }, () => []);
  all.forEach((one, index) => parts[index % parts.length]!.push(one));
  return parts;
}
