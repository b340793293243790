import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import {
  isCaught,
  isNoticed,
  runMutants,
  runUnplanted,
  type Mutant,
  type Trial,
} from '../mutate/mutation.ts';
import type { PlantedFault } from '../mutate/planted-fault.ts';
import { PLANTED_FAULTS } from '../mutate/planted-faults.ts';
import { renderMutation } from '../report/mutation-table.ts';
import { safe, wrap } from '../report/screen-text.ts';
import { virtual } from '../runner/virtual.ts';
import { loadCells } from '../scenario/load.ts';
import { nearest } from '../scenario/nearest.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { readTime } from './budget.ts';
import { checkOutputs } from './check-run-options.ts';
import { environment } from './environment.ts';
import { EXIT } from './exit-codes.ts';
import { huntCommand } from './hunt.ts';
import { interruptible } from './interrupt.ts';
import { checkOutput, keepJson, say, screenWidth } from './outputs.ts';
import { ProgressLine } from './progress-line.ts';
import { shownPath } from '../result/shown-path.ts';
import { UsageError } from './usage-error.ts';

/** Where scenarios are looked for when none is named. */
const FOLDER = 'scenarios';

/** Scenarios with more peers take minutes for each fault; they run when they are named. */
const MOST_PEERS = 1_000;

/** Options of `sim mutate`, as commander reads them. */
export interface MutateCommandOptions {
  readonly fault?: string;
  readonly json?: string;
  readonly fuzz?: number;
  /** In milliseconds, for each fault. */
  readonly explore?: number;
  readonly list?: boolean;
  readonly color: boolean;
}

const EXAMPLES = `
Examples:
  sim mutate                                          every fault, every scenario in scenarios/
  sim mutate scenarios/ring-5.yaml                    which faults does this one notice?
  sim mutate --fault truncated-kept                   who notices this one, and how?
  sim mutate --fuzz 3000                              and what does sim fuzz notice?
  sim mutate --explore 60s                            what does sim explore notice, with what scenarios?
  sim mutate --list                                   which faults are there?

Ctrl-C ends it with what is known by then.

Exit codes: 0 each fault is noticed, or known to be missed   1 one is not
  2 the command or a scenario is wrong   3 a file could not be written   130 interrupted (Ctrl-C)`;

/** Gives `sim mutate` its options. `hasColor` says whether to paint, given what the user wants. */
export function defineMutate(command: Command, hasColor: (isWanted: boolean) => boolean): void {
  command
    .description('Plant faults in the peer, one at a time, and say which scenarios notice them.')
    .argument('[file...]', `scenarios, YAML files; otherwise those of ./${FOLDER}`)
    .option('--fault <name>', 'only this one, with what each scenario says of it')
    .option('--list', 'only name the faults and what each does')
    .option('--fuzz <n>', 'also so many inputs of sim fuzz, in the virtual world', readInputs)
    .option('--explore <time>', 'what sim explore finds in so long, and no scenario', readTime)
    .option('--json <file>', 'write what came of every fault and scenario to a file')
    .option('--no-color', 'print without colours (also: NO_COLOR=1)')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], options: MutateCommandOptions) => {
      const color = hasColor(options.color);
      process.exitCode = await mutateCommand(files, { ...options, color });
    });
}

/** Runs scenarios with each planted fault in the virtual world. Returns the exit code; throws a `UsageError`. */
export async function mutateCommand(
  files: readonly string[],
  options: MutateCommandOptions,
): Promise<number> {
  if (!import.meta.resolve('@imagemesh/peer').endsWith('.ts')) {
    throw new UsageError(
      'sim mutate changes the sources of the peer, which a packed one does not have; run it in the project.',
    );
  }
  const faults = chosenFaults(options.fault);
  if (options.list) {
    refuseBesideList(files, options);
    return list(faults);
  }
  if (options.explore !== undefined) {
    refuseBesideExplore(files, options);
    const { explore: exploreMs, json, color } = options;
    if (json !== undefined) checkOutput('--json', json);
    return await huntCommand(faults, { exploreMs, json, color });
  }
  const scenarios = files.length > 0 ? named(files) : suitable();
  const outputs = options.json === undefined ? [] : [{ option: '--json', path: options.json }];
  for (const scenario of scenarios) checkOutputs(outputs, scenario);
  const startMs = performance.now();
  const interrupt = interruptible();
  const { signal } = interrupt;
  const line = new ProgressLine(false);
  const fuzzInputs = options.fuzz ?? 0;
  const of = (faults.length + 1) * scenarios.length + (fuzzInputs > 0 ? faults.length : 0);
  let done = 0;
  const onTrial = (): void => {
    done++;
    line.draw(() => `${done} of ${of} runs`);
  };
  const running = { environment, signal, fuzzInputs, onTrial };
  const unplanted = await runUnplanted(scenarios, running);
  if (!signal.aborted) refuseFailing(unplanted);
  const mutants = await runMutants(faults, () => scenarios, unplanted, running);
  interrupt.dispose();
  line.clear();
  const seconds = (performance.now() - startMs) / 1_000;
  const judged = mutants.filter((one) => isJudged(one, scenarios.length));
  if (judged.length > 0) report(judged, options);
  console.log(lastLine(judged, faults.length));
  const isKept = await keepJson(mutationJson(scenarios, judged, seconds), options.json);
  if (signal.aborted) return EXIT.interrupted;
  if (!isKept) return EXIT.error;
  return judged.every(isAsExpected) ? EXIT.pass : EXIT.fail;
}

/** Whether it is known who notices a fault: one that was interrupted may be noticed still. */
function isJudged({ trials }: Mutant, scenarios: number): boolean {
  return trials.length === scenarios || trials.some(isCaught);
}

function readInputs(text: string): number {
  const inputs = Number(text);
  if (/^\d+$/.test(text) && inputs >= 1 && Number.isSafeInteger(inputs)) return inputs;
  throw new InvalidArgumentError('It must be a whole number from 1.');
}

/** Likewise: exploring draws its scenarios itself. */
function refuseBesideExplore(files: readonly string[], { fuzz }: MutateCommandOptions): void {
  if (fuzz !== undefined) throw new UsageError('--explore does not fuzz: leave --fuzz out.');
  if (files.length > 0) throw new UsageError('--explore draws scenarios: leave the files out.');
}

/** What would be left undone in silence, since a list runs nothing. */
function refuseBesideList(
  files: readonly string[],
  { json, fuzz, explore }: MutateCommandOptions,
): void {
  if (explore !== undefined) throw new UsageError('--list runs nothing: leave --explore out.');
  if (fuzz !== undefined) throw new UsageError('--list runs nothing: leave --fuzz out.');
  if (files.length > 0) throw new UsageError('--list runs no scenario: leave the files out.');
  if (json !== undefined) {
    throw new UsageError('--list runs nothing and so writes no result: leave --json out.');
  }
}

/** Prints each fault with what it does. */
function list(faults: readonly PlantedFault[]): number {
  const column = Math.max(...faults.map(({ name }) => name.length)) + 2;
  for (const { name, description } of faults) {
    const [first = '', ...others] = wrap(description, screenWidth() - column);
    console.log(name.padEnd(column) + first);
    for (const line of others) console.log(' '.repeat(column) + line);
  }
  return EXIT.pass;
}

function chosenFaults(name: string | undefined): readonly PlantedFault[] {
  if (name === undefined) return PLANTED_FAULTS;
  const fault = PLANTED_FAULTS.find((one) => one.name === name);
  if (fault !== undefined) return [fault];
  const names = PLANTED_FAULTS.map((one) => one.name);
  const near = nearest(name, names);
  const hint = near === undefined ? `use one of ${names.join(', ')}.` : `did you mean "${near}"?`;
  throw new UsageError(`There is no planted fault "${name}"; ${hint}`);
}

/** Every cell of the files; throws a `UsageError` for one that the virtual runner cannot do. */
function named(files: readonly string[]): readonly Scenario[] {
  const scenarios = files.flatMap((file) => loadCells(file));
  const refusals = scenarios.flatMap((scenario) =>
    virtual.refusals(scenario).map((one) => `${shownPath(scenario.file)}: ${one}.`),
  );
  if (refusals.length > 0) throw new UsageError([...new Set(refusals)].join('\n'));
  return scenarios;
}

/** Those of the folder that run in the virtual world within seconds. */
function suitable(): readonly Scenario[] {
  if (!existsSync(FOLDER)) {
    throw new UsageError(`There is no folder ${resolve(FOLDER)}; name the scenarios to run.`);
  }
  const all = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((name) => loadCells(join(FOLDER, name)));
  const left = all.filter(
    (one) => virtual.refusals(one).length === 0 && peersOf(one) <= MOST_PEERS,
  );
  if (left.length > 0) return left;
  throw new UsageError(`No scenario of ${resolve(FOLDER)} can be used; name those to run.`);
}

function peersOf({ groups }: Scenario): number {
  return groups.reduce((sum, group) => sum + group.count, 0);
}

/** A scenario that fails without a fault would seem to notice them all. */
function refuseFailing(unplanted: readonly Trial[]): void {
  const failing = unplanted.filter(({ verdict }) => verdict !== 'pass');
  if (failing.length === 0) return;
  const lines = failing.map(
    ({ scenario, reasons }) => `${shownPath(scenario.file)}: ${reasons.join('; ')}.`,
  );
  throw new UsageError(
    `Only scenarios that pass without a planted fault can be used.\n${lines.join('\n')}`,
  );
}

/** Whether somebody notices the fault, or it is known that nobody does. */
function isAsExpected(mutant: Mutant): boolean {
  return isNoticed(mutant) || mutant.fault.missed !== undefined;
}

function report(mutants: readonly Mutant[], { fault, color }: MutateCommandOptions): void {
  const rows = mutants.map((one) => ({
    fault: one.fault.name,
    caughtBy: one.trials.filter(isCaught).map(({ scenario }) => labelOf(scenario)),
    runs: one.trials.length,
    isFuzzed: one.fuzzed === null ? null : one.fuzzed.length > 0,
  }));
  console.log(`${renderMutation(rows, { color, width: screenWidth() })}\n`);
  if (fault !== undefined) explain(mutants[0]!);
  for (const mutant of mutants) {
    if (isNoticed(mutant)) continue;
    const { fault: one } = mutant;
    say(`missed  ${one.name}: ${one.missed ?? one.description}`);
  }
}

/** `of` faults were to be judged; fewer are when it was interrupted. */
function lastLine(mutants: readonly Mutant[], of: number): string {
  const caught = mutants.filter(isNoticed).length;
  const noticed = `${caught} of ${mutants.length} planted faults are noticed`;
  if (mutants.length < of)
    return `ERROR interrupted; ${noticed}, ${of - mutants.length} not judged`;
  return `${mutants.every(isAsExpected) ? 'PASS' : 'FAIL'} ${noticed}`;
}

/** What each scenario says of one fault. */
function explain({ fault, trials, fuzzed }: Mutant): void {
  say(`${fault.description} (${fault.file})`);
  for (const { scenario, verdict, reasons } of trials) {
    if (verdict !== 'pass') say(safe(`  ${labelOf(scenario)}: ${reasons.join('; ')}`));
  }
  for (const problem of fuzzed ?? []) say(safe(`  sim fuzz: the peer ${problem}`));
  console.log('');
}

function labelOf({ name, cell }: Scenario): string {
  return cell === undefined ? name : `${name} ${cell.number}`;
}

/** What `--json` writes; docs/planted-faults.md has its shape. */
function mutationJson(
  scenarios: readonly Scenario[],
  mutants: readonly Mutant[],
  seconds: number,
): object {
  return {
    version: 1,
    scenarios: scenarios.map(({ name, file, cell }) => ({ name, file, cell: cell ?? null })),
    faults: mutants.map(({ fault: { name, description, file, missed }, trials, fuzzed }) => ({
      name,
      description,
      file,
      missed: missed ?? null,
      caught: trials.some(isCaught),
      fuzzed,
      trials: trials.map(({ scenario, verdict, reasons }) => ({
        scenario: labelOf(scenario),
        verdict,
        reasons,
      })),
    })),
    wallSeconds: seconds,
    environment,
  };
}
