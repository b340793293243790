/** One of the threads that run many seeds: takes the next seed of all until there is none left. */
import { parentPort, workerData } from 'node:worker_threads';
import { GroundTruth } from '../check/ground-truth.ts';
import { judge } from '../check/judge.ts';
import { tee } from '../journal/journal.ts';
import { readImageFiles } from '../plan/images.ts';
import { makePlan } from '../plan/plan.ts';
import type { Verdict } from '../result/result.ts';
import { figuresOf, type RunFigures } from '../report/repeat-figures.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { Figures } from '../stats/figures.ts';
import { LogicError } from '../virtual/logic-error.ts';
import { VirtualRun } from '../virtual/virtual-run.ts';
import { environment } from './environment.ts';

/** What a thread is given. */
export interface SeedWork {
  readonly scenario: Scenario;
  readonly first: number;
  readonly count: number;
  /** How many seeds have been taken, by all threads together. */
  readonly taken: Int32Array;
}

/** What a thread tells of one seed. */
export interface SeedOutcome {
  readonly seed: number;
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
  readonly events: number;
  readonly traceHash: string;
  readonly figures: RunFigures;
}

const work = workerData as SeedWork;
const imagesOfSeed = readImageFiles(work.scenario);

for (;;) {
  const index = Atomics.add(work.taken, 0, 1);
  if (index >= work.count) break;
  parentPort!.postMessage(runSeed(work.first + index));
}

/** Runs to the end; what went wrong when a bug came in between, else null, and what the world then was. */
function runToEnd(run: VirtualRun): { error: string | null; events: number; traceHash: string } {
  const { world } = run;
  const state = (): { events: number; traceHash: string } => ({
    events: world.events,
    traceHash: world.trace.digest(),
  });
  let atEnd: ReturnType<typeof state> | null = null;
  run.start();
  try {
    while (!run.isOver) run.advance(Infinity);
    run.finish();
    atEnd = state();
    run.close();
  } catch (error) {
    if (!(error instanceof LogicError)) throw error;
    return { error: error.message, ...(atEnd ?? state()) };
  }
  return { error: null, ...atEnd };
}

function runSeed(seed: number): SeedOutcome {
  const plan = makePlan(work.scenario, seed, imagesOfSeed);
  const figures = new Figures(plan);
  const truth = new GroundTruth(plan, (judgement) => figures.judged(judgement));
  const run = new VirtualRun(plan, tee([figures, truth]));
  const { error, events, traceHash } = runToEnd(run);
  truth.finish();
  const virtual = { events, eventsPerSecond: 0, traceHash };
  const facts = { runner: 'virtual', wallSeconds: 0, error, virtual, environment };
  const result = judge(plan, figures, truth, facts);
  const { verdict, reasons } = result;
  return { seed, verdict, reasons, events, traceHash, figures: figuresOf(result) };
}
