import { basename } from 'node:path';
import type { Runner } from '../runner/runner.ts';
import { loadCells } from '../scenario/load.ts';
import { ScenarioError } from '../scenario/located-error.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { runBatch, type TabledRun } from './batch.ts';
import { checkOutputs, outputsOf } from './check-run-options.ts';
import { EXIT } from './exit-codes.ts';
import { ensureFeasible } from './feasible.ts';
import { sayMistakes } from './outputs.ts';
import type { RunCommandOptions } from './run-options.ts';
import { findRunner } from './runners.ts';
import { UsageError } from './usage-error.ts';
import { fileOf } from './wanted-file.ts';

/**
 * Runs several scenarios, those with a matrix cell by cell, each on a line, and shows all of them in one table. Returns the highest exit code of any; nothing is run when one of them cannot be.
 */
export async function severalCommand(
  files: readonly string[],
  options: RunCommandOptions,
): Promise<number> {
  const runner = onlyRunner(options);
  refuseForSeveral(options);
  const scenarios = loadAll(files, options.color);
  if (scenarios === null) return EXIT.usage;
  const runs = scenarios.map(batchRun);
  checkFiles(runs, options);
  const code = await ensureFeasible(scenarios, [runner]);
  if (code !== null) return code;
  const who = `${files.length} files on ${runner.name}`;
  return await runBatch(runs, runner, options, { who, noun: 'runs', head: 'Run' });
}

function onlyRunner({ runner }: RunCommandOptions): Runner {
  if (runner.includes(',')) {
    throw new UsageError(
      'several runners are compared for one scenario; name one file, or one runner.',
    );
  }
  return findRunner(runner);
}

/** What is said of the runs of one scenario. */
function refuseForSeveral(options: RunCommandOptions): void {
  const { seeds, cell, repeat, checkDeterminism, against } = options;
  const alone = [
    ...(seeds === undefined ? [] : ['--seeds']),
    ...(cell === undefined ? [] : ['--cell']),
    ...(checkDeterminism ? ['--check-determinism'] : []),
    ...(repeat === undefined ? [] : ['--repeat']),
    ...(against === undefined ? [] : ['--against']),
  ];
  if (alone.length > 0) throw new UsageError(`${alone[0]} is for one scenario; name one file.`);
}

/** All cells of all files; null when there are mistakes, all of which have been said. */
function loadAll(files: readonly string[], color: boolean): Scenario[] | null {
  const scenarios: Scenario[] = [];
  let areGood = true;
  for (const file of files) {
    try {
      scenarios.push(...loadCells(file));
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      areGood = false;
      sayMistakes(error, color);
    }
  }
  return areGood ? scenarios : null;
}

function batchRun(scenario: Scenario, index: number, all: readonly Scenario[]): TabledRun {
  const { name, file, cell } = scenario;
  const ofFile = basename(file).replace(/\.ya?ml$/, '');
  const numbered = (of: string): string => (cell === undefined ? of : `${of}.${cell.number}`);
  const values = { scenario: name };
  return {
    scenario,
    fileName: numbered(ofFile),
    shortName: numbered(name),
    cell: { number: index + 1, of: all.length, values },
  };
}

/** Files of one name in two folders would write one result over the other. */
function checkFiles(runs: readonly TabledRun[], { files }: RunCommandOptions): void {
  for (const { scenario } of runs) checkOutputs(outputsOf(files), scenario);
  const separate = files.find(({ format }) => !format.isJoined);
  if (separate === undefined) return;
  const twice = runs.find(
    ({ fileName }, i) => runs.findIndex((one) => one.fileName === fileName) < i,
  );
  if (twice !== undefined) {
    throw new UsageError(
      `--${separate.format.option}: two of the scenarios are called ${twice.fileName}, and would write one file; rename one, or run them one after the other.`,
    );
  }
  for (const { scenario, fileName } of runs) {
    checkOutputs(outputsOf(files.map((file) => fileOf(file, fileName))), scenario);
  }
}
