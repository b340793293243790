import { relative } from 'node:path';
import type { Journal } from '../journal/journal.ts';
import { tee } from '../journal/journal.ts';
import { JournalFile } from '../journal/file.ts';
import { GroundTruth } from '../check/ground-truth.ts';
import { judge } from '../check/judge.ts';
import { makePlan, type Plan } from '../plan/plan.ts';
import { writeJson } from '../report/json.ts';
import { LiveLine } from '../report/live-line.ts';
import type { Result } from '../report/result.ts';
import { renderTables } from '../report/tables.ts';
import { renderVerdict } from '../report/verdict-line.ts';
import { RunError, type RunOutcome, type Runner } from '../runner/runner.ts';
import { loadScenario } from '../scenario/load.ts';
import { Figures } from '../stats/figures.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { findRunner } from './runners.ts';
import { environment } from './environment.ts';
import { UsageError } from './usage-error.ts';

/** Options of `sim run`. */
export interface RunCommandOptions {
  readonly runner: string;
  readonly seed?: number;
  readonly json?: string;
  readonly journal?: string;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** Tables are laid out for at least this, and at most that many columns. */
const NARROWEST = 80;
const WIDEST = 120;

/** Runs one scenario and reports. Returns the exit code. */
export async function runCommand(file: string, options: RunCommandOptions): Promise<number> {
  const startMs = performance.now();
  const scenario = loadScenario(file);
  const runner = findRunner(options.runner);
  const refusals = runner.refusals(scenario);
  if (refusals.length > 0) {
    throw new UsageError(refusals.map((one) => `${shownPath(file)}: ${one}.`).join('\n'));
  }
  const plan = makePlan(scenario, options.seed ?? scenario.seed);
  const interrupt = interruptible();
  const result = await carryOut(plan, runner, options, interrupt.signal, startMs);
  interrupt.dispose();
  report(result, options);
  if (options.json !== undefined) await keepResult(result, options.json);
  return interrupt.signal.aborted ? EXIT.interrupted : exitCodeOf(result.verdict);
}

async function carryOut(
  plan: Plan,
  runner: Runner,
  options: RunCommandOptions,
  signal: AbortSignal,
  startMs: number,
): Promise<Result> {
  const figures = new Figures(plan);
  const truth = new GroundTruth(plan, (judgement) => figures.judged(judgement));
  const file = options.journal === undefined ? null : new JournalFile(options.journal, plan);
  const journals: Journal[] = file === null ? [figures, truth] : [figures, truth, file];
  const line = options.quiet ? null : new LiveLine(process.stderr, { color: options.color });
  let outcome: RunOutcome = { virtual: null };
  let error: string | null = null;
  try {
    outcome = await runner.run(plan, tee(journals), {
      signal,
      onProgress: (progress, elapsedUs) =>
        line?.update(liveValues(plan, figures, progress, elapsedUs)),
    });
    if (signal.aborted) error = 'interrupted; the figures are those until then';
  } catch (failure) {
    if (!(failure instanceof RunError)) throw failure;
    error = failure.message;
  } finally {
    line?.dispose();
  }
  truth.finish();
  await closeJournal(file, options.journal);
  const wallSeconds = (performance.now() - startMs) / 1_000;
  const facts = { runner: runner.name, wallSeconds, error, ...outcome, environment };
  return judge(plan, figures, truth, facts);
}

async function keepResult(result: Result, file: string): Promise<void> {
  try {
    await writeJson(result, file);
  } catch (error) {
    throw new UsageError(`${(error as Error).message}.`);
  }
}

async function closeJournal(file: JournalFile | null, path: string | undefined): Promise<void> {
  try {
    await file?.close();
  } catch (error) {
    throw new UsageError(
      `The journal could not be written to ${path} (${(error as Error).message}).`,
    );
  }
}

function liveValues(
  plan: Plan,
  figures: Figures,
  progress: Parameters<NonNullable<Parameters<Runner['run']>[2]['onProgress']>>[0],
  elapsedUs: number,
): Parameters<LiveLine['update']>[0] {
  const phase = plan.scenario.phases[progress.phase]!;
  const inPhaseUs = elapsedUs - progress.phaseStartUs;
  const { tally, bytes } = figures.phases[progress.phase]!;
  return {
    phase: phase.name,
    phaseIndex: progress.phase,
    phaseCount: plan.scenario.phases.length,
    elapsedUs: inPhaseUs,
    phaseUs: phase.until === null ? phase.forUs : null,
    ...(phase.until !== null && { known: { pairs: progress.reached, of: progress.wanted } }),
    due: progress.due,
    done: progress.done,
    wrong: tally.wrong,
    failed: tally.failed,
    bytesPerSecond: inPhaseUs > 0 ? (bytes / inPhaseUs) * 1e6 : 0,
  };
}

function report(result: Result, { quiet, color }: RunCommandOptions): void {
  if (quiet) {
    console.log(renderVerdict(result, { color }));
    return;
  }
  const columns = process.stdout.columns ?? NARROWEST;
  const width = Math.min(WIDEST, Math.max(NARROWEST, columns));
  console.log(renderTables(result, { color, width }));
}

/** A path as the user would type it from here. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
