import type { Scenario } from '../scenario/scenario.ts';
import { checkOutput, withName } from './outputs.ts';
import { MOST_REPEATS, type RunCommandOptions } from './run-options.ts';
import { isSameFile } from './same-file.ts';
import { UsageError } from './usage-error.ts';

/** Why an option is of no use beside another; what it would have to do there is not done. */
const NOT_WITH_DETERMINISM: Readonly<Partial<Record<keyof RunCommandOptions, string>>> = {
  seeds: 'compares runs of one seed: give --seed, or leave --seeds out.',
  json: 'measures nothing and so writes no result: leave --json out.',
  trace: 'writes no trace: leave --trace out.',
};

/** The same beside several runs of one scenario. */
const NOT_WITH_REPEAT: typeof NOT_WITH_DETERMINISM = {
  seeds: 'and --seeds both say how many runs there are: leave one of them out.',
  trace: 'writes no trace, which is that of a single run: leave --trace out.',
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
  checkSeveral(options);
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

function checkSeveral(options: RunCommandOptions): void {
  if (options.checkDeterminism) refuse('--check-determinism', NOT_WITH_DETERMINISM, options);
  else if (options.repeat !== undefined) checkRepeat(options.repeat, options);
}

function checkRepeat(times: number, options: RunCommandOptions): void {
  refuse('--repeat', NOT_WITH_REPEAT, options);
  if (options.runner.includes(',')) {
    throw new UsageError('--repeat is for one runner; give one of them at a time.');
  }
  if (times > MOST_REPEATS) {
    throw new UsageError(
      `--repeat ${times}: ${MOST_REPEATS} runs at most; on the virtual runner --seeds can do more.`,
    );
  }
}

function refuse(
  option: string,
  others: typeof NOT_WITH_DETERMINISM,
  options: RunCommandOptions,
): void {
  for (const [key, why] of Object.entries(others)) {
    if (options[key as keyof RunCommandOptions] === undefined) continue;
    throw new UsageError(`${option} ${why}`);
  }
}

/** The files that a run is to write. */
export function outputsOf({ json, trace }: RunCommandOptions): Output[] {
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
