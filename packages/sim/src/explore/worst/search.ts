import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { worseOf } from './climb.ts';
import type { ClimbEnd, ClimbMessage, ClimbWork } from './climb-worker.ts';

/** Beside this file, whether it was built or not. */
const PROGRAM = new URL(`./climb-worker${extname(import.meta.url)}`, import.meta.url);

/** How the worst is looked for. */
export interface WorstSearch extends Omit<ClimbWork, 'isOver'> {
  /** Threads, each with a climb of its own; they share the runs. */
  readonly jobs: number;
  /** No thread tries another scenario when it aborts. */
  readonly signal: AbortSignal;
  /** So many more were tried. */
  onRuns(runs: number): void;
}

/**
 * Looks for the scenario whose figure is largest. Without an abort the same search comes to the same end. Rejects
 * when the lab itself fails.
 */
export async function searchWorst({
  jobs,
  signal,
  onRuns,
  ...work
}: WorstSearch): Promise<ClimbEnd> {
  const isOver = new Int32Array(new SharedArrayBuffer(4));
  const end = (): unknown => Atomics.store(isOver, 0, 1);
  if (signal.aborted) end();
  signal.addEventListener('abort', end);
  const runs = Math.ceil(work.runs / jobs);
  try {
    const ends = await Promise.all(
      Array.from({ length: jobs }, (_, job) => {
        const firstSeed = work.firstSeed + job * runs;
        return climbInThread({ ...work, firstSeed, runs, isOver }, onRuns);
      }),
    );
    return ends.reduce(joined);
  } finally {
    end();
    signal.removeEventListener('abort', end);
  }
}

async function climbInThread(
  workerData: ClimbWork,
  onRuns: (runs: number) => void,
): Promise<ClimbEnd> {
  const worker = new Worker(PROGRAM, { workerData });
  let end: ClimbEnd | null = null;
  worker.on('message', (message: ClimbMessage) => {
    if (message.kind === 'end') ({ end } = message);
    else onRuns(message.runs);
  });
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => resolve());
  });
  return end ?? { runs: 0, values: [], worstRandom: null, worst: null };
}

function joined(one: ClimbEnd, other: ClimbEnd): ClimbEnd {
  return {
    runs: one.runs + other.runs,
    values: [...one.values, ...other.values],
    worstRandom: worseOf(one.worstRandom, other.worstRandom),
    worst: worseOf(one.worst, other.worst),
  };
}
