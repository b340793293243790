import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FailureKind } from './failure.ts';
import type { Document } from './shrink/document.ts';
import type { TrialTask, TrialWork } from './trial-worker.ts';
import { failedTrial, type Trial } from './trial.ts';

/** Beside this file, whether it was built or not. */
const PROGRAM = new URL(`./trial-worker${extname(import.meta.url)}`, import.meta.url);

/** What fails where a peer does not give the processor back. */
export const STUCK: FailureKind = 'error a peer does not come back from an event';

/** What fails where a peer takes memory without an end. */
export const OUT_OF_MEMORY: FailureKind =
  'error a peer takes all the memory that a thread may have';

/** A run that does nothing for so long is stuck: it has had time for thousands of turns. In milliseconds. */
const PATIENCE_MS = 30_000;

/** What the largest scenarios that are drawn from nothing need, many times over; one that is given has no bound. */
const DRAWN_HEAP_MIB = 1_024;

/**
 * How often is looked. Times that the machine slept through are not counted: what is counted are the looks.
 */
const LOOK_MS = 250;

/** What is tried, and with which peer. */
export type TrialThreadOptions = Omit<TrialWork, 'beat'>;

/**
 * A thread that tries scenarios, one at a time. A peer that never comes back from an event, or takes all memory, costs
 * the thread, which is made anew for the next scenario: that is a trial that fails, like any other.
 */
export class TrialThread {
  readonly #options: TrialThreadOptions;
  readonly #beat = new Int32Array(new SharedArrayBuffer(4));
  #worker: Promise<Worker> | null = null;

  constructor(options: TrialThreadOptions) {
    this.#options = options;
  }

  /**
   * Tries one scenario; the one before must have come to its end. It may stand still for `patienceMs`, 30 s if nothing
   * is said. Rejects when the lab itself fails.
   */
  async try(task: TrialTask, patienceMs: number = PATIENCE_MS): Promise<Trial> {
    this.#worker ??= this.#start();
    const worker = await this.#worker;
    const answer = nextOf<Trial>(worker);
    worker.postMessage(task);
    const { timer, isStuck } = this.#watch(patienceMs);
    try {
      return await Promise.race([answer, isStuck]);
    } catch (error) {
      await this.close();
      if (error instanceof Standstill) return failedTrial(STUCK);
      if (isOutOfMemory(error)) return failedTrial(OUT_OF_MEMORY);
      throw new Error(`${nameOf(task)}: ${String(error)}`, { cause: error });
    } finally {
      clearInterval(timer);
    }
  }

  /** Ends the thread, whatever it does. It is made anew when it is needed. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await (await worker?.catch(() => null))?.terminate();
  }

  async #start(): Promise<Worker> {
    const workerData: TrialWork = { ...this.#options, beat: this.#beat };
    const isDrawn = this.#options.origin.given.length === 0;
    const resourceLimits = isDrawn ? { maxOldGenerationSizeMb: DRAWN_HEAP_MIB } : {};
    const worker = new Worker(PROGRAM, { workerData, resourceLimits });
    await nextOf<null>(worker);
    return worker;
  }

  /** Looks whether a run goes on; `isStuck` rejects when it has stood still for so long. */
  #watch(patienceMs: number): { timer: NodeJS.Timeout; isStuck: Promise<never> } {
    const { promise: isStuck, reject } = Promise.withResolvers<never>();
    let [seen, stillMs] = [Atomics.load(this.#beat, 0), 0];
    const look = (): void => {
      const now = Atomics.load(this.#beat, 0);
      stillMs = now === seen ? stillMs + LOOK_MS : 0;
      seen = now;
      if (stillMs >= patienceMs) reject(new Standstill());
    };
    return { timer: setInterval(look, LOOK_MS), isStuck };
  }
}

class Standstill extends Error {}

/** What a thread says next. Rejects when it ends by an error instead. */
async function nextOf<T>(worker: Worker): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    const onMessage = (message: T): void => {
      worker.off('error', reject).off('exit', onExit);
      resolve(message);
    };
    const onExit = (): void => reject(new Error('the thread was ended'));
    worker.once('error', reject).once('exit', onExit).once('message', onMessage);
  });
}

function isOutOfMemory(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function nameOf(task: { readonly seed: number } | { readonly document: Document }): string {
  return 'seed' in task ? `seed ${task.seed}` : String(task.document['name']);
}
