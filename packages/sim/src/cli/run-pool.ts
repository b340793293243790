import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';
import type { Result } from '../result/result.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { RunAnswer, RunOrder } from './run-worker.ts';

/** Beside this file, whether it was built or not. */
const PROGRAM = new URL(`./run-worker${extname(import.meta.url)}`, import.meta.url);

/**
 * Carries out runs in threads, so many at once. A virtual run in it is that which it would be alone: threads
 * share no memory, and its clock is its own. When `signal` aborts, runs that go on end early, and no other
 * begins.
 */
export class RunPool {
  readonly #runner: string;
  readonly #signal: AbortSignal;
  readonly #inTurn;
  readonly #workers: Worker[] = [];
  readonly #idle: Worker[] = [];

  constructor(runner: string, runsAtOnce: number, signal: AbortSignal) {
    this.#runner = runner;
    this.#signal = signal;
    this.#inTurn = pLimit(runsAtOnce);
  }

  /** Resolves to the result; to null when the run did not begin. Rejects when the lab itself fails. */
  async run(scenario: Scenario, seed: number): Promise<Result | null> {
    return await this.#inTurn(async () => {
      if (this.#signal.aborted) return null;
      const worker = this.#idle.pop() ?? this.#start();
      const result = await this.#order(worker, { scenario, seed });
      this.#idle.push(worker);
      return result;
    });
  }

  /** Ends all threads; nothing may be going on in them. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #start(): Worker {
    const workerData = this.#runner;
    const worker = new Worker(PROGRAM, { workerData });
    this.#workers.push(worker);
    return worker;
  }

  async #order(worker: Worker, order: RunOrder): Promise<Result> {
    const cut = (): void => worker.postMessage(null satisfies RunOrder);
    this.#signal.addEventListener('abort', cut);
    try {
      return await new Promise<Result>((resolve, reject) => {
        worker.once('message', (result: RunAnswer) => {
          worker.off('error', reject);
          resolve(result);
        });
        worker.once('error', reject);
        worker.postMessage(order);
      });
    } finally {
      this.#signal.removeEventListener('abort', cut);
    }
  }
}
