import type { Runner } from '../runner/runner.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { SubjectKind } from '../report/format.ts';
import { checkOutput } from './outputs.ts';
import { MOST_REPEATS, type RunCommandOptions } from './run-options.ts';
import { isSameFile } from './same-file.ts';
import { UsageError } from './usage-error.ts';
import { fileOf, type WantedFile } from './wanted-file.ts';

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
  const { files } = options;
  const written = names.flatMap((name) => files.map((file) => fileOf(file, name)));
  const outputs = outputsOf(names.length === 1 ? files : [...files, ...written]);
  checkOutputs(outputs, scenario);
  refuseLossOfBase(outputs, options);
}

/** A base that is written over would be the next one, and what has become worse once would be as it should be. */
function refuseLossOfBase(outputs: readonly Output[], { files, against }: RunCommandOptions): void {
  if (against === undefined) return;
  const compared = outputsOf(
    files
      .filter(({ format }) => format.of.includes('comparison'))
      .map((file) => fileOf(file, 'comparison')),
  );
  const lost = [...outputs, ...compared].find(({ path }) => isSameFile(against, path));
  if (lost === undefined) return;
  throw new UsageError(
    `${lost.option} ${lost.path}: that is the base of --against, which would be lost.`,
  );
}

/** Refuses what is wrong whatever is run. Throws a `UsageError`. */
export function refuseAtOnce({ retries, failOn, against, inTurn }: RunCommandOptions): void {
  if (retries !== undefined) {
    throw new UsageError(
      'there is no --retries: a run that passes at the second attempt is a flake, not a pass. --repeat 10 runs it ten times and says which share does not pass.',
    );
  }
  if (failOn !== undefined && against === undefined && inTurn === undefined) {
    throw new UsageError(
      '--fail-on says what a comparison is for; name the base with --against, or a checkout with --in-turn.',
    );
  }
}

/** Refuses to run at once what is one run, or runs one after the other. Throws a `UsageError`. */
export function refuseJobs({ jobs }: RunCommandOptions): void {
  if (jobs === undefined) return;
  throw new UsageError('--jobs is for several files, or the cells of a matrix; leave it out.');
}

/** Refuses to run so many at once where each has to be heard while it goes on. Throws a `UsageError`. */
export function refuseVainJobs({ jobs, bundle, files }: RunCommandOptions, { name }: Runner): void {
  if (jobs === undefined || jobs === 1) return;
  const heard = files.find(({ format }) => !format.isJoined && format.listen !== undefined);
  const isRecorded = bundle !== undefined && name !== 'virtual';
  const option = heard !== undefined ? heard.format.option : isRecorded ? 'bundle' : null;
  if (option === null) return;
  throw new UsageError(
    `--jobs ${jobs}: --${option} listens to each run${isRecorded && heard === undefined ? ` on ${name}` : ''}, so that there is one at a time; leave one of them out.`,
  );
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
  const { checkDeterminism, repeat, seeds, files, against, runner } = options;
  if (against !== undefined && (checkDeterminism || runner.includes(','))) {
    throw new UsageError(
      '--against compares figures of one runner: name one, and leave --check-determinism out.',
    );
  }
  if (checkDeterminism) checkComparison(options);
  else if (repeat !== undefined) checkRepeat(repeat, options);
  else if (seeds !== undefined) refuseFiles(files, 'seeds', '--seeds');
}

function checkComparison({ seeds, files, bundle }: RunCommandOptions): void {
  if (bundle !== undefined) {
    throw new UsageError('--check-determinism judges no run: leave --bundle out.');
  }
  if (seeds !== undefined) {
    throw new UsageError(
      '--check-determinism compares runs of one seed: give --seed, or leave --seeds out.',
    );
  }
  if (files.length === 0) return;
  const { option, contents } = files[0]!.format;
  throw new UsageError(
    `--check-determinism measures nothing and so does not write ${contents}: leave --${option} out.`,
  );
}

function checkRepeat(times: number, options: RunCommandOptions): void {
  if (options.seeds !== undefined) {
    throw new UsageError(
      '--repeat and --seeds both say how many runs there are: leave one of them out.',
    );
  }
  refuseFiles(options.files, 'repeats', '--repeat');
  if (options.runner.includes(',')) {
    throw new UsageError('--repeat is for one runner; give one of them at a time.');
  }
  if (times > MOST_REPEATS) {
    throw new UsageError(
      `--repeat ${times}: ${MOST_REPEATS} runs at most; on the virtual runner --seeds can do more.`,
    );
  }
}

/** Refuses files that are of a single run beside an option that makes many. */
function refuseFiles(files: readonly WantedFile[], kind: SubjectKind, beside: string): void {
  const file = files.find(({ format }) => !format.of.includes(kind));
  if (file === undefined) return;
  const { option, of } = file.format;
  throw new UsageError(
    of.includes('repeats')
      ? `${beside} keeps no figures of single runs for --${option}: leave --${option} out, or give --repeat instead.`
      : `${beside} makes many runs, and --${option} is of one: leave --${option} out, or run that one alone.`,
  );
}

/** The files as the checks want them. */
export function outputsOf(files: readonly WantedFile[]): Output[] {
  return files.map(({ format, path }) => ({ option: `--${format.option}`, path }));
}

/** The files that a scenario was read from, as far as it tells. */
function filesOf({ file, groups, expect }: Scenario): string[] {
  const others = [...groups, ...expect].flatMap((one) =>
    one.file === undefined ? [] : [one.file],
  );
  return [...new Set([file, ...others])];
}
