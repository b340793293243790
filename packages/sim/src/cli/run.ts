import { parityReport, slackOf } from '../check/parity.ts';
import { makePlan } from '../plan/plan.ts';
import { renderParity, renderParityVerdict } from '../report/parity-table.ts';
import type { Runner } from '../runner/runner.ts';
import { loadCells } from '../scenario/load.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { judgeAgainst, readBase } from './against.ts';
import { checkRunOptions, refuseAtOnce, refuseJobs } from './check-run-options.ts';
import { Bundles } from './bundles.ts';
import { carryOut, type CarriedOut } from './carry-out.ts';
import { determinismCommand } from './determinism.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { ensureFeasible } from './feasible.ts';
import { interruptible } from './interrupt.ts';
import { matrixCommand } from './matrix.ts';
import { report, say, screenWidth } from './outputs.ts';
import { repeatedRunsCommand } from './repeat.ts';
import { CommandFiles } from './run-files.ts';
import { severalCommand } from './several.ts';
import { inTurnCommand, refuseInTurn } from './in-turn.ts';
import { findRunner } from './runners.ts';
import type { RunCommandOptions } from './run-options.ts';
import { seedsCommand, threadsFor } from './seeds.ts';
import { UsageError } from './usage-error.ts';
import { refuseWatch, Watch } from './watch.ts';
import { fileOf } from './wanted-file.ts';

/**
 * Runs one scenario, in one or more ways, or all cells of a matrix, or several scenarios, and reports.
 * Returns the exit code.
 */
export async function runCommand(
  files: readonly string[],
  options: RunCommandOptions,
): Promise<number> {
  refuseAtOnce(options);
  refuseWatch(options, files.length, 1);
  refuseInTurn(options, files.length);
  if (files.length > 1) return await severalCommand(files, options);
  return await runFile(files[0]!, options);
}

async function runFile(file: string, options: RunCommandOptions): Promise<number> {
  const startMs = performance.now();
  const cells = chosenCells(loadCells(file), options.cell);
  const runners = options.runner.split(',').map((name) => findRunner(name.trim()));
  const twice = runners.find((runner, i) => runners.indexOf(runner) < i);
  if (twice !== undefined) throw new UsageError(`--runner names ${twice.name} twice.`);
  refuseWatch(options, 1, cells.length);
  const names = options.inTurn === undefined ? namesOf(cells, runners) : ['base', 'new'];
  checkRunOptions(cells[0]!, names, options);
  const runsAtOnce = options.seeds === undefined ? 1 : threadsFor(options.seeds);
  const code = await ensureFeasible(cells, runners, runsAtOnce);
  if (code !== null) return code;
  if (options.inTurn !== undefined) {
    if (cells.length > 1)
      throw new UsageError('--in-turn is for one scenario; choose one with --cell 1.');
    return await inTurnCommand(cells[0]!, options.repeat!, options);
  }
  if (options.repeat !== undefined && !options.checkDeterminism) {
    return await repeatedRunsCommand(cells, runners, options.repeat, options);
  }
  if (cells.length > 1) return await matrixCommand(cells, runners, options);
  refuseJobs(options);
  const scenario = cells[0]!;
  if (options.seeds !== undefined) return await seedsCommand(scenario, options.seeds, options);
  const plan = makePlan(scenario, options.seed ?? scenario.seed);
  if (options.checkDeterminism) {
    return await determinismCommand(plan, runners, options.repeat ?? 2, options.quiet);
  }
  const seeds = { first: plan.seed, last: plan.seed };
  const toCome = { runner: runners[0]!.name, seeds, kind: 'run', runs: 1 } as const;
  const base = readBase(scenario, toCome, options);
  await using watch = await Watch.begin(plan, runners[0]!, options);
  const interrupt = interruptible();
  const files = new CommandFiles(options);
  const bundles = new Bundles(options.bundle, runners.length > 1);
  const done: CarriedOut[] = [];
  let unkept = 0;
  for (const runner of runners) {
    // The later ones do not take the time of the earlier ones on themselves.
    const sinceMs = done.length === 0 ? startMs : performance.now();
    const ofRun = files.of(runners.length === 1 ? null : runner.name);
    const bundle = bundles.of(runner.name, plan, runner);
    const recordings = watch.recordings();
    const watched = { ...options, files: ofRun, keeper: bundle, recordings };
    const carried = await carryOut(plan, runner, watched, interrupt.signal, sinceMs);
    done.push(carried);
    watch.finish(carried.result);
    report(carried.result, options, traceOf(options, runners.length === 1 ? null : runner.name));
    if (!(await ofRun.writeRun(carried.result))) unkept++;
    await bundle.keep(carried.result, interrupt.signal);
    if (interrupt.signal.aborted) break;
  }
  interrupt.dispose();
  const codes: number[] = done.map(({ result }) => exitCodeOf(result.verdict));
  const isCut = interrupt.signal.aborted;
  if (runners.length > 1 && !isCut) codes.push(await reportParity(done, scenario, options, files));
  if (runners.length === 1 && !isCut) {
    codes.push(await judgeAgainst(base, done[0]!.result, options, files));
  }
  if (!bundles.finish()) unkept++;
  if (!(await files.finish())) unkept++;
  if (isCut) return EXIT.interrupted;
  await watch.stay();
  return Math.max(...codes, unkept > 0 ? EXIT.error : EXIT.pass);
}

/** Where the trace of a run is written; undefined: nowhere. `name` tells several runs apart. */
function traceOf({ files }: RunCommandOptions, name: string | null): string | undefined {
  const wanted = files.find(({ format }) => format.option === 'trace');
  return wanted && (name === null ? wanted : fileOf(wanted, name)).path;
}

/** All cells, or the one that is wanted; throws a `UsageError` when there is no such cell. */
export function chosenCells(
  cells: readonly Scenario[],
  number: number | undefined,
): readonly Scenario[] {
  if (number === undefined) return cells;
  const chosen = cells.find(({ cell }) => cell?.number === number);
  if (chosen !== undefined) return [chosen];
  throw new UsageError(
    cells[0]!.cell === undefined
      ? '--cell is for a scenario with a matrix, this one has none.'
      : `There is no cell ${number}, the last one is ${cells.length}.`,
  );
}

/** What tells the files of several runs apart. */
function namesOf(cells: readonly Scenario[], runners: readonly Runner[]): readonly string[] {
  if (cells.length > 1) return cells.map(({ cell }) => String(cell?.number));
  return runners.map(({ name }) => name);
}

/** Prints and writes what agrees and what differs; resolves to the exit code. */
async function reportParity(
  done: readonly CarriedOut[],
  scenario: Scenario,
  { quiet, color }: RunCommandOptions,
  files: CommandFiles,
): Promise<number> {
  const parity = parityReport(done, slackOf(scenario));
  if (!quiet) {
    const { runners, rows } = parity;
    console.log(`\n${renderParity(runners, rows, { color, width: screenWidth() })}\n`);
    if (parity.note !== null) say(`${parity.note}\n`);
  }
  const verdicts = done.map(({ result }) => result.verdict);
  say(renderParityVerdict(parity, verdicts));
  const isKept = await files.of('parity').write({ kind: 'parity', report: parity });
  if (!isKept) return EXIT.error;
  return parity.agreement !== 'different' ? EXIT.pass : EXIT.fail;
}
