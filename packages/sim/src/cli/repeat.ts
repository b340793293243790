/**
 * `sim run FILE --repeat N`: a scenario N times, one run after the other, and how its figures are spread. On
 * real sockets every run has the same seed and so the same plan: what differs is what the machine does. In
 * the virtual world the same seed is the same run, so there each has the next seed.
 */
import type { Subject } from '../compare/subject.ts';
import { makePlan } from '../plan/plan.ts';
import { scenarioDigest } from '../plan/scenario-digest.ts';
import { figuresOf } from '../report/repeat-figures.ts';
import { RepeatTally, type RepeatReport } from '../report/repeat-report.ts';
import { renderSpreads } from '../report/repeat-spread.ts';
import { showFigure } from '../result/show-figure.ts';
import type { Result, Verdict } from '../result/result.ts';
import { shownPath } from '../result/shown-path.ts';
import type { RunCounts } from '../result/run-counts.ts';
import type { Runner } from '../runner/runner.ts';
import { plainName } from '../scenario/matrix.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { judgeAgainst, readBase } from './against.ts';
import { refuseJobs } from './check-run-options.ts';
import { Bundles } from './bundles.ts';
import { carryOut } from './carry-out.ts';
import { environment } from './environment.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { refuseForMatrix } from './matrix.ts';
import { reportBriefly, say, screenWidth } from './outputs.ts';
import { CommandFiles, type RunFiles } from './run-files.ts';
import type { RunCommandOptions } from './run-options.ts';
import { UsageError } from './usage-error.ts';

/**
 * Runs a scenario, or each cell of a matrix, so many times and reports on all runs together. Returns the
 * highest exit code of any run.
 */
export async function repeatedRunsCommand(
  cells: readonly Scenario[],
  runners: readonly Runner[],
  times: number,
  options: RunCommandOptions,
): Promise<number> {
  if (cells.length > 1) refuseForMatrix(cells, runners, options);
  refuseJobs(options);
  const runner = runners[0]!;
  for (const cell of cells) seedsOf(cell, runner, times, options);
  const base = cells.length === 1 ? baseOf(cells[0]!, runner, times, options) : null;
  const interrupt = interruptible();
  const files = new CommandFiles(options);
  const bundles = new Bundles(options.bundle, true);
  const done: Repeated[] = [];
  for (const cell of cells) {
    const ofCell = files.of(cells.length === 1 ? null : String(cell.cell?.number));
    done.push(
      await repeat(cell, runner, times, options, { files: ofCell, bundles }, interrupt.signal),
    );
    if (interrupt.signal.aborted) break;
  }
  interrupt.dispose();
  if (cells.length > 1) concludeCells(cells, runner, done);
  const isCut = interrupt.signal.aborted;
  const gate = isCut ? EXIT.pass : await judgeAgainst(base, done[0]!.report, options, files);
  const areBundled = bundles.finish();
  const areKept = (await files.finish()) && areBundled;
  return Math.max(...done.map(({ code }) => code), areKept ? EXIT.pass : EXIT.error, gate);
}

/** What the runs are to be compared with; null: nothing. */
function baseOf(
  scenario: Scenario,
  runner: Runner,
  times: number,
  options: RunCommandOptions,
): Subject | null {
  const seeds = seedsOf(scenario, runner, times, options);
  return readBase(scenario, { runner: runner.name, seeds, kind: 'repeats', runs: times }, options);
}

/** What came of one scenario. */
interface Repeated {
  readonly report: RepeatReport;
  readonly verdict: Verdict;
  readonly code: number;
}

/** Runs one scenario so many times and reports. */
async function repeat(
  scenario: Scenario,
  runner: Runner,
  times: number,
  options: RunCommandOptions,
  { files, bundles }: { readonly files: RunFiles; readonly bundles: Bundles },
  signal: AbortSignal,
): Promise<Repeated> {
  const startMs = performance.now();
  const seeds = seedsOf(scenario, runner, times, options);
  const tally = new RepeatTally(times, true);
  let events: number | null = null;
  for await (const result of runsOf(
    scenario,
    runner,
    seeds,
    { ...options, times, bundles },
    signal,
  )) {
    // What was cut off in the middle has other figures than a whole run.
    if (signal.aborted) break;
    const traceHash = result.virtual?.traceHash ?? null;
    tally.add({ ...result, run: tally.runs.done + 1, figures: figuresOf(result), traceHash });
    if (result.virtual !== null) events = (events ?? 0) + result.virtual.events;
  }
  const { name, file, cell } = scenario;
  const report = tally.report({
    scenario: name,
    scenarioDigest: scenarioDigest(scenario),
    file: shownPath(file),
    cell: cell ?? null,
    runner: runner.name,
    seeds,
    events,
    wallSeconds: (performance.now() - startMs) / 1_000,
    environment,
  });
  print(report, options, signal.aborted);
  const isKept = await files.write({ kind: 'repeats', report });
  if (signal.aborted) return { report, verdict: 'error', code: EXIT.interrupted };
  const verdict = worstOf(report.runs);
  return { report, verdict, code: Math.max(exitCodeOf(verdict), isKept ? EXIT.pass : EXIT.error) };
}

/** The runs one after the other, each told on a line when it is over. */
async function* runsOf(
  scenario: Scenario,
  runner: Runner,
  { first, last }: RepeatReport['seeds'],
  options: RunCommandOptions & { readonly times: number; readonly bundles: Bundles },
  signal: AbortSignal,
): AsyncGenerator<Result, void, void> {
  const { color, quiet, times, bundles } = options;
  const ofCell = scenario.cell === undefined ? '' : `${scenario.cell.number}.`;
  let plan = makePlan(scenario, first);
  for (let run = 1; run <= times; run++) {
    const startMs = performance.now();
    const seed = Math.min(last, first + run - 1);
    if (seed !== plan.seed) plan = makePlan(scenario, seed);
    const keeper = bundles.of(`${ofCell}run-${run}`, plan, runner);
    const watched = { color, quiet: quiet === true, repetition: { run, of: times }, keeper };
    const { result } = await carryOut(plan, runner, watched, signal, startMs);
    if (!quiet) reportBriefly(result, color, `${run} of ${times}  `);
    await keeper.keep(result, signal);
    yield result;
    if (signal.aborted) return;
  }
}

/** The seeds of so many runs; throws a `UsageError` when there are not so many. */
function seedsOf(
  scenario: Scenario,
  runner: Runner,
  times: number,
  options: RunCommandOptions,
): RepeatReport['seeds'] {
  const first = options.seed ?? scenario.seed;
  const further = runner.name === 'virtual' ? times - 1 : 0;
  if (first <= Number.MAX_SAFE_INTEGER - further) return { first, last: first + further };
  throw new UsageError(
    `--repeat ${times} from seed ${first}: a seed is ${Number.MAX_SAFE_INTEGER} at most.`,
  );
}

/** The verdict with the highest exit code of any run. */
function worstOf({ failed, harnessBound, errors }: RunCounts): Verdict {
  if (harnessBound > 0) return 'harness-bound';
  if (errors > 0) return 'error';
  return failed > 0 ? 'fail' : 'pass';
}

function print(report: RepeatReport, { quiet, color }: RunCommandOptions, isCut: boolean): void {
  const { scenario, runner, runs, spread } = report;
  const { done, passed, wanted } = runs;
  const measured = runs.passed + runs.failed;
  if (!quiet && measured > 0) {
    console.log(`\n${renderSpreads(spread, measured, { color, width: screenWidth() })}\n`);
  }
  const who = `${scenario} on ${runner}`;
  if (isCut) {
    const of = `${done} of ${wanted} runs were done, ${passed} of them passed`;
    say(`ERROR ${who}: interrupted; ${of}`);
    return;
  }
  say(`${worstOf(runs).toUpperCase()} ${who}: ${sharesOf(report)}`);
}

/** How many pass, what share does not, and how many say nothing of the peers. */
function sharesOf({ runs, flakeRate, flakeInterval, failing }: RepeatReport): string {
  const bound = runs.harnessBound;
  const unjudged = bound === 0 ? '' : `, ${bound} without a verdict on the peers`;
  const passed = `${runs.passed} of ${runs.done} runs pass`;
  const bad = failing.filter(({ verdict }) => verdict !== 'harness-bound');
  if (flakeInterval === null || bad.length === 0) return `${passed}${unjudged}`;
  const { low, high } = flakeInterval;
  const interval = `95% interval ${showFigure('share', low)} – ${showFigure('share', high)}`;
  const which = bad.map(({ run }) => run).join(', ');
  return `${passed}${unjudged}, ${showFigure('share', flakeRate)} do not (${which}), ${interval}`;
}

/** Prints the verdict on all cells of a matrix together. */
function concludeCells(
  cells: readonly Scenario[],
  runner: Runner,
  done: readonly Repeated[],
): void {
  const passed = done.filter(({ verdict }) => verdict === 'pass').length;
  const worst = done.toSorted((a, b) => b.code - a.code)[0]!;
  const isCut = worst.code === EXIT.interrupted ? 'interrupted; ' : '';
  const of = `${passed} of ${cells.length} cells pass in every run`;
  say(`${worst.verdict.toUpperCase()} ${plainName(cells[0]!)} on ${runner.name}: ${isCut}${of}`);
}
