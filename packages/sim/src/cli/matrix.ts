import type { Runner } from '../runner/runner.ts';
import { plainName } from '../scenario/matrix.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { runBatch } from './batch.ts';
import type { RunCommandOptions } from './run-options.ts';
import { UsageError } from './usage-error.ts';

/**
 * Runs the cells of a matrix, each on a line, and shows all of them in one table.
 * Returns the highest exit code of any.
 */
export async function matrixCommand(
  cells: readonly Scenario[],
  runners: readonly Runner[],
  options: RunCommandOptions,
): Promise<number> {
  refuseForMatrix(cells, runners, options);
  const runs = cells.map((scenario) => {
    const cell = scenario.cell!;
    const number = String(cell.number);
    return { scenario, cell, fileName: number, shortName: number };
  });
  const who = `${plainName(cells[0]!)} on ${runners[0]!.name}`;
  return await runBatch(runs, runners[0]!, options, { who, noun: 'cells', head: 'Cell' });
}

/**
 * One cell at a time can be looked at in every way, all of them together in few. Throws a `UsageError` for
 * the others.
 */
export function refuseForMatrix(
  cells: readonly Scenario[],
  runners: readonly Runner[],
  { seeds, seed, checkDeterminism, against }: RunCommandOptions,
): void {
  const alone = [
    ...(seeds === undefined ? [] : ['--seeds is']),
    ...(checkDeterminism ? ['--check-determinism is'] : []),
    ...(runners.length === 1 ? [] : ['several runners are']),
    ...(against === undefined ? [] : ['--against is']),
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
