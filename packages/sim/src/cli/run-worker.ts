/** One of the threads that carry out runs of several scenarios: one run after the other, as it is told. */
import { parentPort, workerData } from 'node:worker_threads';
import { makePlan } from '../plan/plan.ts';
import type { Result } from '../result/result.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { carryOut } from './carry-out.ts';
import { findRunner } from './runners.ts';

/** A run that a thread is to carry out; null: the one that goes on is to end early. */
export type RunOrder = { readonly scenario: Scenario; readonly seed: number } | null;

/** What came of it. */
export type RunAnswer = Result;

const runner = findRunner(workerData as string);
let controller = new AbortController();

parentPort!.on('message', (order: RunOrder) => {
  if (order === null) controller.abort();
  else void run(order).then((result) => parentPort!.postMessage(result satisfies RunAnswer));
});

/** A failure of the lab itself ends the thread, and is told by the pool. */
async function run({ scenario, seed }: NonNullable<RunOrder>): Promise<Result> {
  const startMs = performance.now();
  controller = new AbortController();
  const quiet = { quiet: true, color: false };
  const plan = makePlan(scenario, seed);
  const { result } = await carryOut(plan, runner, quiet, controller.signal, startMs);
  return result;
}
