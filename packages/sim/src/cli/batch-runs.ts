/*
 * Runs that have nothing to do with one another. In the virtual world several go on at once, each in a thread:
 * what comes of one does not depend on what else goes on. On real sockets they share a machine that is
 * measured with them, so there it is one at a time unless `--jobs` says otherwise. A format that listens to a
 * run needs it in this thread, and a run that takes much memory wants the machine for itself.
 */
import { availableParallelism } from 'node:os';
import { makePlan } from '../plan/plan.ts';
import type { Result } from '../result/result.ts';
import type { Runner } from '../runner/runner.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Bundle, Bundles } from './bundles.ts';
import { carryOut } from './carry-out.ts';
import { estimateBytes, machineBytes } from './memory.ts';
import { reportBriefly } from './outputs.ts';
import { ProgressLine } from './progress-line.ts';
import type { CommandFiles } from './run-files.ts';
import type { RunCommandOptions } from './run-options.ts';
import { RunPool } from './run-pool.ts';

/** Share of the machine's memory that runs at once may take together. */
const MOST_MEMORY = 0.5;

/** One of many runs. */
export interface BatchRun {
  readonly scenario: Scenario;
  /** What stands in the names of its files. */
  readonly fileName: string;
}

/** One that is over, has been told on a line, and has its files. */
export interface EndedRun<Run extends BatchRun> {
  readonly run: Run;
  readonly result: Result;
  /** Whether all files that were wanted could be written. */
  readonly isKept: boolean;
}

/** How they are carried out. */
export interface BatchOptions {
  readonly runner: Runner;
  readonly options: RunCommandOptions;
  readonly files: CommandFiles;
  readonly bundles: Bundles;
  readonly signal: AbortSignal;
}

/** Carries all of them out; they come in their order. After `signal` no other begins. */
export async function* batchRuns<Run extends BatchRun>(
  runs: readonly Run[],
  batch: BatchOptions,
): AsyncGenerator<EndedRun<Run>, void, void> {
  const { options, files, signal } = batch;
  const runsAtOnce = Math.min(runs.length, jobsOf(batch));
  const pool = runsAtOnce < 2 ? null : new RunPool(batch.runner.name, runsAtOnce, signal);
  const line = new ProgressLine(options.quiet === true);
  const begun = pool === null ? runs.map(() => null) : begin(runs, pool, runsAtOnce, batch, line);
  try {
    for (const [i, run] of runs.entries()) {
      const ofRun = files.of(run.fileName);
      if (begun[i] === null) await Promise.allSettled(begun);
      const [result, recorded] = await (begun[i] ?? runHere(run, batch, ofRun));
      if (result === null) return;
      line.clear();
      if (!options.quiet) reportBriefly(result, options.color);
      const isKept = await ofRun.writeRun(result);
      await (recorded ?? bundleOf(run, result, batch))?.keep(result, signal);
      yield { run, result, isKept };
      if (signal.aborted) return;
    }
  } finally {
    await Promise.allSettled(begun);
    await pool?.close();
  }
}

/** How many may go on at once. */
function jobsOf({ runner, options }: BatchOptions): number {
  const isRecorded = options.bundle !== undefined && runner.name !== 'virtual';
  const isHeard = options.files.some(({ format }) => !format.isJoined && format.listen);
  if (isHeard || isRecorded) return 1;
  return options.jobs ?? (runner.name === 'virtual' ? availableParallelism() : 1);
}

/** What came of a run, null when it did not begin; and the bundle that recorded it, if one did. */
type RunBefore = readonly [result: Result | null, recorded: Bundle | null];

/** Starts those that can go on beside others; null: it is to run by itself. */
function begin(
  runs: readonly BatchRun[],
  pool: RunPool,
  runsAtOnce: number,
  { options }: BatchOptions,
  line: ProgressLine,
): (Promise<RunBefore> | null)[] {
  let ended = 0;
  return runs.map(({ scenario }) => {
    if (!isSmall(scenario, runsAtOnce)) return null;
    const running = pool.run(scenario, options.seed ?? scenario.seed);
    const told = running
      .then((result): RunBefore => [result, null])
      .finally(() => {
        ended++;
        if (ended < runs.length) line.draw(() => `${ended} of ${runs.length} are done`);
      });
    // Whoever waits for it hears of a failure; until then it is nobody's.
    told.catch(() => {});
    return told;
  });
}

function isSmall(scenario: Scenario, runsAtOnce: number): boolean {
  // What a run takes is no figure of its own while others go on in the process.
  if (scenario.expect.some(({ figure }) => figure.startsWith('memory.'))) return false;
  return estimateBytes(scenario, runsAtOnce) <= machineBytes() * MOST_MEMORY;
}

/** The bundle of a run that went on in a thread, which is a virtual one and can be recorded afterwards. */
function bundleOf(
  { scenario, fileName }: BatchRun,
  { verdict, seed }: Result,
  { bundles, runner }: BatchOptions,
): Bundle | null {
  if (verdict === 'pass' || !bundles.takesAnother()) return null;
  return bundles.of(fileName, makePlan(scenario, seed), runner);
}

async function runHere(
  { scenario, fileName }: BatchRun,
  { runner, options, bundles, signal }: BatchOptions,
  files: ReturnType<CommandFiles['of']>,
): Promise<RunBefore> {
  const startMs = performance.now();
  const plan = makePlan(scenario, options.seed ?? scenario.seed);
  const keeper = bundles.of(fileName, plan, runner);
  const watched = { ...options, files, keeper };
  const { result } = await carryOut(plan, runner, watched, signal, startMs);
  return [result, keeper];
}
