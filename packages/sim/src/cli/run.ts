import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { compareResults } from '../check/parity.ts';
import { makePlan, type Plan } from '../plan/plan.ts';
import { writeJson } from '../report/json.ts';
import { renderParity } from '../report/parity-table.ts';
import type { Result } from '../result/result.ts';
import { renderTables } from '../report/tables.ts';
import { renderVerdict } from '../report/verdict-line.ts';
import type { Runner } from '../runner/runner.ts';
import { loadScenario } from '../scenario/load.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { carryOut, type CarriedOut } from './carry-out.ts';
import { determinismCommand } from './determinism.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { ensureMemory } from './memory.ts';
import { findRunner } from './runners.ts';
import type { RunCommandOptions } from './run-options.ts';
import { seedsCommand } from './seeds.ts';
import { shownPath } from './shown-path.ts';
import { UsageError } from './usage-error.ts';

/** Tables are laid out for at least this, and at most that many columns. */
const NARROWEST = 80;
const WIDEST = 120;

/** Runs one scenario, in one or more ways, and reports. Returns the exit code. */
export async function runCommand(file: string, options: RunCommandOptions): Promise<number> {
  const startMs = performance.now();
  const scenario = loadScenario(file);
  const runners = options.runner.split(',').map((name) => findRunner(name.trim()));
  const twice = runners.find((runner, i) => runners.indexOf(runner) < i);
  if (twice !== undefined) throw new UsageError(`--runner names ${twice.name} twice.`);
  if (options.repeat !== undefined && !options.checkDeterminism) {
    throw new UsageError('--repeat says how often --check-determinism runs; give both.');
  }
  refuse(file, scenario, runners);
  if (runners.some((runner) => runner.name === 'virtual')) {
    const code = await ensureMemory(scenario);
    if (code !== null) return code;
  }
  checkOutputs(options);
  if (options.seeds !== undefined) return await seedsCommand(scenario, options.seeds, options);
  const plan = makePlan(scenario, options.seed ?? scenario.seed);
  if (options.checkDeterminism) {
    return await determinismCommand(plan, runners, options.repeat ?? 2);
  }
  const interrupt = interruptible();
  const done: CarriedOut[] = [];
  for (const runner of runners) {
    // The later ones do not take the time of the earlier ones on themselves.
    const sinceMs = done.length === 0 ? startMs : performance.now();
    const named = runners.length === 1 ? options : withName(options, runner.name);
    const carried = await carryOut(plan, runner, named, interrupt.signal, sinceMs);
    done.push(carried);
    report(carried.result, options);
    if (named.json !== undefined) await keepResult(carried.result, named.json);
    if (runners.length > 1) for (const file of [named.json, named.trace]) sayWritten(file, options);
    if (carried.traceProblem !== null) console.error(`sim: ${carried.traceProblem}`);
    if (interrupt.signal.aborted) break;
  }
  interrupt.dispose();
  if (interrupt.signal.aborted) return EXIT.interrupted;
  const codes: number[] = done.map(({ result }) => exitCodeOf(result.verdict));
  if (done.some((one) => one.traceProblem !== null)) codes.push(EXIT.error);
  if (runners.length > 1) codes.push(reportParity(plan, done, options));
  return Math.max(...codes);
}

async function keepResult(result: Result, file: string): Promise<void> {
  try {
    await writeJson(result, file);
  } catch (error) {
    throw new UsageError(`${(error as Error).message}.`);
  }
}

/** Says beforehand what could only be said after a long run otherwise. */
function checkOutputs({ json, trace }: RunCommandOptions): void {
  for (const [option, path] of [
    ['--json', json],
    ['--trace', trace],
  ] as const) {
    if (path === undefined) continue;
    if (path === '-') throw new UsageError(`${option} wants the name of a file, not "-".`);
    const folder = dirname(resolve(path));
    if (!existsSync(folder)) {
      throw new UsageError(`${option} ${path}: there is no folder ${folder}.`);
    }
    const there = statSync(path, { throwIfNoEntry: false });
    // A pipe that nobody reads would keep us waiting for ever.
    if (there?.isDirectory() || there?.isFIFO()) {
      throw new UsageError(`${option} ${path}: that is ${there.isFIFO() ? 'a pipe' : 'a folder'}.`);
    }
  }
}

function sayWritten(file: string | undefined, { quiet }: RunCommandOptions): void {
  if (file !== undefined && !quiet) console.error(`written: ${file}`);
}

function refuse(file: string, scenario: Scenario, runners: readonly Runner[]): void {
  const refusals = [...new Set(runners.flatMap((runner) => runner.refusals(scenario)))];
  if (refusals.length === 0) return;
  throw new UsageError(refusals.map((one) => `${shownPath(file)}: ${one}.`).join('\n'));
}

/** `out.json` becomes `out.virtual.json`, so that several runs do not write one file. */
function withName(options: RunCommandOptions, runner: string): RunCommandOptions {
  const named = (path: string): string => path.replace(/(\.[^./]*)?$/, `.${runner}$1`);
  return {
    ...options,
    ...(options.json !== undefined && { json: named(options.json) }),
    ...(options.trace !== undefined && { trace: named(options.trace) }),
  };
}

function report(result: Result, { quiet, color }: RunCommandOptions): void {
  if (quiet) console.log(renderVerdict(result, { color }));
  else console.log(renderTables(result, { color, width: screenWidth() }));
}

/** Prints what agrees and what differs; returns the exit code. */
function reportParity(
  plan: Plan,
  done: readonly CarriedOut[],
  { quiet, color }: RunCommandOptions,
): number {
  const names = done.map(({ result }) => result.runner);
  const rows = compareResults(done);
  const different = rows.filter((row) => row.agreement === 'different').map((row) => row.what);
  if (!quiet) console.log(`\n${renderParity(names, rows, { color, width: screenWidth() })}\n`);
  const { name } = plan.scenario;
  const failing = done.filter(({ result }) => result.verdict !== 'pass');
  if (different.length === 0) {
    const agree = `${names.join(', ')}: outcomes and knowledge agree`;
    if (failing.length === 0) console.log(`SAME ${name} on ${agree}`);
    else
      console.log(
        `FAIL ${name} on ${agree}, but ${failing.length} of ${done.length} runs did not pass`,
      );
    return EXIT.pass;
  }
  console.log(`DIFFERENT ${name} on ${names.join(', ')}: ${different.join(', ')}`);
  return EXIT.fail;
}

function screenWidth(): number {
  return Math.min(WIDEST, Math.max(NARROWEST, process.stdout.columns ?? NARROWEST));
}
