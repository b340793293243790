import { renderMatrix, type MatrixRow } from '../report/matrix-table.ts';
import type { Verdict } from '../result/result.ts';
import type { Runner } from '../runner/runner.ts';
import { batchRuns, type BatchRun } from './batch-runs.ts';
import { Bundles } from './bundles.ts';
import { refuseVainJobs } from './check-run-options.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { say, screenWidth } from './outputs.ts';
import { CommandFiles } from './run-files.ts';
import type { RunCommandOptions } from './run-options.ts';

/** One of many runs. */
export interface TabledRun extends BatchRun {
  /** Its row in the table: its number, and what tells it from the others. */
  readonly cell: NonNullable<MatrixRow['cell']>;
  /** What it is called in the last line when it does not pass. */
  readonly shortName: string;
}

/** What the whole of them is called. */
export interface BatchWords {
  /** Who passes or fails: `mesh-10 on virtual`. */
  readonly who: string;
  /** What the runs are: `cells`. */
  readonly noun: string;
  /** Head of the column of their numbers. */
  readonly head: string;
}

/** What is kept of a run until the end: a result with a hundred thousand peers would be too much. */
interface DoneRun extends MatrixRow {
  readonly shortName: string;
  /** Whether all files that were wanted could be written. */
  readonly isKept: boolean;
}

/**
 * Carries many runs out, several at once where that changes nothing, each on a line in their order, and shows
 * all of them in one table. Returns the highest exit code of any.
 */
export async function runBatch(
  runs: readonly TabledRun[],
  runner: Runner,
  options: RunCommandOptions,
  words: BatchWords,
): Promise<number> {
  refuseVainJobs(options, runner);
  const interrupt = interruptible();
  const files = new CommandFiles(options);
  const bundles = new Bundles(options.bundle, true);
  const done: DoneRun[] = [];
  const { signal } = interrupt;
  for await (const ended of batchRuns(runs, { runner, options, files, bundles, signal })) {
    const { run, result, isKept } = ended;
    const { verdict, requests, throughput, latencyMs, discovery } = result;
    const { cell, shortName } = run;
    done.push({ cell, shortName, verdict, requests, throughput, latencyMs, discovery, isKept });
  }
  interrupt.dispose();
  if (!options.quiet) {
    const { color } = options;
    console.log(`\n${renderMatrix(done, { color, width: screenWidth(), head: words.head })}\n`);
  }
  const code = conclude(words, done, runs.length, interrupt.signal.aborted);
  const areBundled = bundles.finish();
  const areKept = (await files.finish()) && areBundled;
  return Math.max(code, areKept ? EXIT.pass : EXIT.error);
}

/** Prints the verdict on all runs together; returns the exit code. */
function conclude(
  { who, noun }: BatchWords,
  done: readonly DoneRun[],
  wanted: number,
  isInterrupted: boolean,
): number {
  const passed = done.filter(({ verdict }) => verdict === 'pass').length;
  if (isInterrupted) {
    say(`ERROR ${who}: interrupted; ${done.length} of ${wanted} ${noun} were run`);
    return EXIT.interrupted;
  }
  const worst = done.reduce<Verdict>(
    (so, { verdict }) => (exitCodeOf(verdict) > exitCodeOf(so) ? verdict : so),
    'pass',
  );
  const others = done.flatMap(({ verdict, shortName }) => (verdict === 'pass' ? [] : [shortName]));
  const list = others.length === 0 ? '' : `, not ${others.join(', ')}`;
  say(`${worst.toUpperCase()} ${who}: ${passed} of ${done.length} ${noun} pass${list}`);
  const isKept = done.every((one) => one.isKept);
  return Math.max(exitCodeOf(worst), isKept ? EXIT.pass : EXIT.error);
}
