import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { makePlan } from '../plan/plan.ts';
import { scenarioDigest } from '../plan/scenario-digest.ts';
import { RepeatTally, type RepeatReport } from '../report/repeat-report.ts';
import { renderSpreads } from '../report/repeat-spread.ts';
import { repeatCommand } from '../report/verdict-line.ts';
import { shownPath } from '../result/shown-path.ts';
import { virtual } from '../runner/virtual.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { judgeAgainst, readBase } from './against.ts';
import { Bundles } from './bundles.ts';
import { carryOut } from './carry-out.ts';
import { environment } from './environment.ts';
import { EXIT } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { say, screenWidth } from './outputs.ts';
import { ProgressLine } from './progress-line.ts';
import type { RunCommandOptions, SeedRange } from './run-options.ts';
import { CommandFiles } from './run-files.ts';
import type { SeedOutcome, SeedWork } from './seed-worker.ts';
import { UsageError } from './usage-error.ts';

/** Beside this file, whether it was built or not. */
const PROGRAM = new URL(`./seed-worker${extname(import.meta.url)}`, import.meta.url);

/** Failing seeds that are shown with their reasons; the others are only named. */
const SHOWN = 5;

/** Runs a scenario once for each seed of a range, on all cores, and names every seed that fails. */
export async function seedsCommand(
  scenario: Scenario,
  range: SeedRange,
  options: RunCommandOptions,
): Promise<number> {
  if (options.runner !== 'virtual') {
    throw new UsageError(
      'Many seeds are run in the virtual world: use --seeds with --runner virtual.',
    );
  }
  if (options.seed !== undefined) {
    throw new UsageError('--seed is for one run; leave it out, or leave --seeds out.');
  }
  const count = range.last - range.first + 1;
  const toCome = { runner: 'virtual', seeds: range, kind: 'seeds', runs: count } as const;
  const base = readBase(scenario, toCome, options);
  const bundles = new Bundles(options.bundle, true);
  const startMs = performance.now();
  const interrupt = interruptible();
  const outcomes = new Outcomes(range, options.quiet === true);
  await runAll(scenario, range.first, count, interrupt.signal, (outcome) => outcomes.add(outcome));
  outcomes.clearLine();
  const isCut = interrupt.signal.aborted;
  const seconds = (performance.now() - startMs) / 1_000;
  const { name, file, cell } = scenario;
  const digest = scenarioDigest(scenario);
  const told = {
    scenario: name,
    scenarioDigest: digest,
    file: shownPath(file),
    cell: cell ?? null,
  };
  const facts = { ...told, runner: 'virtual', seeds: range };
  const { tally, events } = outcomes;
  const all = tally.report({ ...facts, events, wallSeconds: seconds, environment });
  report(scenario, all, isCut, options);
  for (const { seed } of all.failing) await keepSeed(scenario, seed, bundles, interrupt.signal);
  interrupt.dispose();
  const files = new CommandFiles(options);
  const isWritten = await files.of(null).write({ kind: 'seeds', report: all });
  const gate = isCut ? EXIT.pass : await judgeAgainst(base, all, options, files);
  const areBundled = bundles.finish();
  const isKept = (await files.finish()) && areBundled && isWritten;
  if (isCut) return EXIT.interrupted;
  if (!isKept) return EXIT.error;
  return Math.max(gate, all.failing.length === 0 ? EXIT.pass : EXIT.fail);
}

/** How many seeds are run at once. */
export function threadsFor({ first, last }: SeedRange): number {
  return Math.min(availableParallelism(), last - first + 1);
}

/** What a failing seed leaves: it is run again, which is exact. */
async function keepSeed(
  scenario: Scenario,
  seed: number,
  bundles: Bundles,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted || !bundles.takesAnother()) return;
  const plan = makePlan(scenario, seed);
  const keeper = bundles.of(`seed-${seed}`, plan, virtual);
  const watched = { quiet: true, color: false };
  const { result } = await carryOut(plan, virtual, watched, signal, performance.now());
  await keeper.keep(result, signal);
}

async function runAll(
  scenario: Scenario,
  first: number,
  count: number,
  signal: AbortSignal,
  onOutcome: (outcome: SeedOutcome) => void,
): Promise<void> {
  const taken = new Int32Array(new SharedArrayBuffer(4));
  const workerData: SeedWork = { scenario, first, count, taken };
  const threads = threadsFor({ first, last: first + count - 1 });
  // The threads find no seed left, and end.
  signal.addEventListener('abort', () => Atomics.store(taken, 0, count));
  await Promise.all(
    Array.from({ length: threads }, async () => {
      const worker = new Worker(PROGRAM, { workerData });
      worker.on('message', onOutcome);
      await new Promise<void>((resolve, reject) => {
        worker.once('error', reject);
        worker.once('exit', () => resolve());
      });
    }),
  );
}

/** Counts outcomes, on the screen while it goes on. */
class Outcomes {
  readonly tally: RepeatTally;
  events = 0;
  readonly #first: number;
  readonly #line: ProgressLine;

  constructor({ first, last }: SeedRange, isQuiet: boolean) {
    this.tally = new RepeatTally(last - first + 1, false);
    this.#first = first;
    this.#line = new ProgressLine(isQuiet);
  }

  add(outcome: SeedOutcome): void {
    const { tally } = this;
    this.events += outcome.events;
    tally.add({ ...outcome, run: outcome.seed - this.#first + 1, wallSeconds: 0 });
    const { done, passed, wanted } = tally.runs;
    this.#line.draw(() => `${done} of ${wanted} seeds, ${done - passed} failing`);
  }

  clearLine(): void {
    this.#line.clear();
  }
}

function report(
  { name, file, cell }: Scenario,
  { failing, runs, spread, events, wallSeconds }: RepeatReport,
  isCut: boolean,
  { quiet, color }: RunCommandOptions,
): void {
  const { wanted, done, passed } = runs;
  for (const { seed, reasons } of failing.slice(0, SHOWN)) {
    say(`seed ${seed} fails: ${reasons.join('; ')}`);
    const repeated = { file: shownPath(file), cell: cell ?? null, runner: 'virtual', seed };
    console.log(`  ${repeatCommand(repeated)}`);
  }
  const more = failing.slice(SHOWN).map((outcome) => outcome.seed);
  if (more.length > 0) say(`also failing: ${more.join(', ')}`);
  if (!quiet && done > 0) {
    console.log(`${renderSpreads(spread, done, { color, width: screenWidth() })}\n`);
  }
  if (isCut) {
    const of = `${done} of ${wanted} seeds were run, ${passed} of them passed`;
    say(`ERROR ${name} on virtual: interrupted; ${of}`);
    return;
  }
  const pace = `${Math.round(done / wallSeconds).toLocaleString('en-US')} seeds/s`;
  const total = `${(events ?? 0).toLocaleString('en-US')} events`;
  const verdict = failing.length === 0 ? 'PASS' : 'FAIL';
  say(`${verdict} ${name} on virtual: ${passed} of ${done} seeds pass, ${total}, ${pace}`);
}
