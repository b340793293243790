import { makePlan } from '../plan/plan.ts';
import { renderMatrix, type MatrixRow } from '../report/matrix-table.ts';
import type { Verdict } from '../result/result.ts';
import type { Runner } from '../runner/runner.ts';
import { plainName } from '../scenario/matrix.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { carryOut } from './carry-out.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { keepResult, reportBriefly, sayWritten, screenWidth, withName } from './outputs.ts';
import type { RunCommandOptions } from './run-options.ts';
import { UsageError } from './usage-error.ts';

/** What is kept of a run until the end: a result with a hundred thousand peers would be too much. */
interface DoneCell extends MatrixRow {
  /** Whether all files that were wanted could be written. */
  readonly isKept: boolean;
}

/**
 * Runs the cells of a matrix one after the other, each on a line, and shows all of them in one table.
 * Returns the highest exit code of any.
 */
export async function matrixCommand(
  cells: readonly Scenario[],
  runners: readonly Runner[],
  options: RunCommandOptions,
): Promise<number> {
  refuseForMatrix(cells, runners, options);
  const interrupt = interruptible();
  const done: DoneCell[] = [];
  for (const scenario of cells) {
    done.push(await runCell(scenario, runners[0]!, options, interrupt.signal));
    if (interrupt.signal.aborted) break;
  }
  interrupt.dispose();
  if (!options.quiet) {
    const table = renderMatrix(done, { color: options.color, width: screenWidth() });
    console.log(`\n${table}\n`);
  }
  return conclude(
    `${plainName(cells[0]!)} on ${runners[0]!.name}`,
    done,
    cells.length,
    interrupt.signal.aborted,
  );
}

/**
 * One cell at a time can be looked at in every way, all of them together in few. Throws a `UsageError` for
 * the others.
 */
export function refuseForMatrix(
  cells: readonly Scenario[],
  runners: readonly Runner[],
  { seeds, seed, checkDeterminism }: RunCommandOptions,
): void {
  const alone = [
    ...(seeds === undefined ? [] : ['--seeds is']),
    ...(checkDeterminism ? ['--check-determinism is'] : []),
    ...(runners.length === 1 ? [] : ['several runners are']),
  ];
  if (alone.length > 0) {
    throw new UsageError(
      `${alone[0]} for one scenario, the matrix of this file makes ${cells.length}; choose one with --cell 1.`,
    );
  }
  if (seed !== undefined && cells[0]!.cell?.values['seed'] !== undefined) {
    throw new UsageError('The matrix has a parameter "seed"; leave --seed out.');
  }
}

async function runCell(
  scenario: Scenario,
  runner: Runner,
  options: RunCommandOptions,
  signal: AbortSignal,
): Promise<DoneCell> {
  const startMs = performance.now();
  const named = withName(options, String(scenario.cell?.number ?? 1));
  const plan = makePlan(scenario, options.seed ?? scenario.seed);
  const { result, traceProblem } = await carryOut(plan, runner, named, signal, startMs);
  if (!options.quiet) reportBriefly(result, options.color);
  const isWritten = await keepResult(result, named.json);
  sayWritten(named);
  if (traceProblem !== null) console.error(`sim: ${traceProblem}`);
  const { cell, verdict, requests, throughput, latencyMs, discovery } = result;
  const isKept = traceProblem === null && isWritten;
  return { cell, verdict, requests, throughput, latencyMs, discovery, isKept };
}

/** Prints the verdict on all cells together; returns the exit code. */
function conclude(
  who: string,
  done: readonly DoneCell[],
  wanted: number,
  isInterrupted: boolean,
): number {
  const passed = done.filter(({ verdict }) => verdict === 'pass').length;
  if (isInterrupted) {
    console.log(`ERROR ${who}: interrupted; ${done.length} of ${wanted} cells were run`);
    return EXIT.interrupted;
  }
  const worst = done.reduce<Verdict>(
    (so, { verdict }) => (exitCodeOf(verdict) > exitCodeOf(so) ? verdict : so),
    'pass',
  );
  const others = done.flatMap(({ verdict, cell }) => (verdict === 'pass' ? [] : [cell?.number]));
  const list = others.length === 0 ? '' : `, not ${others.join(', ')}`;
  console.log(`${worst.toUpperCase()} ${who}: ${passed} of ${done.length} cells pass${list}`);
  const isKept = done.every((one) => one.isKept);
  return Math.max(exitCodeOf(worst), isKept ? EXIT.pass : EXIT.error);
}
