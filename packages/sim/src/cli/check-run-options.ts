import type { Scenario } from '../scenario/scenario.ts';
import { checkOutput, withName } from './outputs.ts';
import type { RunCommandOptions } from './run-options.ts';
import { isSameFile } from './same-file.ts';
import { UsageError } from './usage-error.ts';

/** Why an option is of no use beside another; what it would have to do there is not done. */
const NOT_WITH_DETERMINISM: Readonly<Partial<Record<keyof RunCommandOptions, string>>> = {
  seeds: 'compares runs of one seed: give --seed, or leave --seeds out.',
  json: 'measures nothing and so writes no result: leave --json out.',
  trace: 'writes no trace: leave --trace out.',
};

/** A file that will be written, and the option that asked for it. */
export interface Output {
  readonly option: string;
  readonly path: string;
}

/**
 * Says beforehand what could only be said after a long run otherwise, or would be done in silence. `names`
 * stand in the names of files when there are several runs. Throws a `UsageError`.
 */
export function checkRunOptions(
  scenario: Scenario,
  names: readonly string[],
  options: RunCommandOptions,
): void {
  checkDeterminism(options);
  const written = names.length === 1 ? [options] : names.map((name) => withName(options, name));
  checkOutputs([options, ...written].flatMap(outputsOf), scenario);
}

/** Refuses outputs that cannot be written, or would write over one another or over the scenario. */
export function checkOutputs(outputs: readonly Output[], scenario: Scenario): void {
  for (const { option, path } of outputs) checkOutput(option, path);
  for (const output of outputs) refuseLoss(output, outputs, scenario);
}

function refuseLoss(
  { option, path }: Output,
  outputs: readonly Output[],
  scenario: Scenario,
): void {
  if (filesOf(scenario).some((file) => isSameFile(file, path))) {
    throw new UsageError(`${option} ${path}: that is the scenario itself, which would be lost.`);
  }
  const other = outputs.find((one) => one.option !== option && isSameFile(one.path, path));
  if (other !== undefined) {
    throw new UsageError(`${option} and ${other.option} cannot write one file (${path}).`);
  }
}

function checkDeterminism(options: RunCommandOptions): void {
  if (!options.checkDeterminism) {
    if (options.repeat === undefined) return;
    throw new UsageError('--repeat says how often --check-determinism runs; give both.');
  }
  for (const [key, why] of Object.entries(NOT_WITH_DETERMINISM)) {
    if (options[key as keyof RunCommandOptions] === undefined) continue;
    throw new UsageError(`--check-determinism ${why}`);
  }
}

function outputsOf({ json, trace }: RunCommandOptions): Output[] {
  return [
    ...(json === undefined ? [] : [{ option: '--json', path: json } as const]),
    ...(trace === undefined ? [] : [{ option: '--trace', path: trace } as const]),
  ];
}

/** The files that a scenario was read from, as far as it tells. */
function filesOf({ file, groups, expect }: Scenario): string[] {
  const others = [...groups, ...expect].flatMap((one) =>
    one.file === undefined ? [] : [one.file],
  );
  return [...new Set([file, ...others])];
}
