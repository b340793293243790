/** One of the threads that look for the worst. */
import { parentPort, workerData } from 'node:worker_threads';
import { Random } from '../../random/random.ts';
import type { Result } from '../../result/result.ts';
import type { Document } from '../shrink/document.ts';
import { drawTrouble } from '../draw/theme/trouble.ts';
import { stepFaults, varyFaults } from '../vary.ts';
import { Climb, type Height } from './climb.ts';
import { measure } from './figure.ts';

/** What a thread is given. */
export interface ClimbWork {
  readonly figure: string;
  /** The scenario whose faults are changed; null: one is drawn from each seed. */
  readonly given: Document | null;
  readonly firstSeed: number;
  /** Scenarios at most. */
  readonly runs: number;
  readonly mostEvents: number;
  readonly environment: Result['environment'];
  /** Not 0: it is time to end. */
  readonly isOver: Int32Array;
}

/** What a thread tells: how many it has tried now and then, and last of all what came of it. */
export type ClimbMessage =
  | { readonly kind: 'runs'; readonly runs: number }
  | { readonly kind: 'end'; readonly end: ClimbEnd };

/** What came of a climb. */
export interface ClimbEnd {
  readonly runs: number;
  /** Of the random scenarios. */
  readonly values: readonly number[];
  readonly worstRandom: Height | null;
  readonly worst: Height | null;
}

/** Figures that are settled once all have met, before trouble usually begins. */
const OF_FIRST_MEETING = /^(discovery|meet)\./;

/** How often a thread tells how far it is. */
const TOLD_EVERY = 10;

const work = workerData as ClimbWork;
const { given, figure, firstSeed, environment, mostEvents } = work;

/** Trouble out of nothing, whose phases have the names that `drawTrouble` gives them. */
function drawn(seed: number): Document {
  const trouble = drawTrouble(Random.fromSeed(seed), OF_FIRST_MEETING.test(figure));
  return { name: `explored-${seed}`, seed, timeout: '300s', ...trouble };
}

function tell(message: ClimbMessage): void {
  parentPort!.postMessage(message);
}

const climb = new Climb({
  random: (run) => (given === null ? drawn(firstSeed + run) : varyFaults(given, firstSeed + run)),
  step: (from, run) => stepFaults(from, firstSeed + run),
  valueOf: (document) => measure(document, figure, environment, mostEvents).value,
});
while (climb.runs < work.runs && Atomics.load(work.isOver, 0) === 0) {
  climb.go();
  if (climb.runs % TOLD_EVERY === 0) tell({ kind: 'runs', runs: TOLD_EVERY });
}
const { runs, values, worst, worstRandom } = climb;
tell({ kind: 'end', end: { runs, values, worst, worstRandom } });
