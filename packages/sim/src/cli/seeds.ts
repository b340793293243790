import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { renderSpreads, spreadOf, type SeedFigures, type Spreads } from '../report/seed-spread.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { environment } from './environment.ts';
import { EXIT } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { keepJson, screenWidth } from './outputs.ts';
import { ProgressLine } from './progress-line.ts';
import type { RunCommandOptions, SeedRange } from './run-options.ts';
import type { SeedOutcome, SeedWork } from './seed-worker.ts';
import { shownPath } from './shown-path.ts';
import { UsageError } from './usage-error.ts';

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
  const unused = (['trace', 'seed'] as const).filter((key) => options[key] !== undefined);
  if (unused.length > 0) {
    throw new UsageError(`--${unused[0]} is for one run; leave it out, or leave --seeds out.`);
  }
  const count = range.last - range.first + 1;
  const startMs = performance.now();
  const interrupt = interruptible();
  const outcomes = new Tally(count, options.quiet === true);
  await runAll(scenario, range.first, count, interrupt.signal, (outcome) => outcomes.add(outcome));
  interrupt.dispose();
  outcomes.clear();
  const isCut = interrupt.signal.aborted;
  const seconds = (performance.now() - startMs) / 1_000;
  report(scenario, outcomes, seconds, isCut ? count : null, options);
  const isKept = await keepJson(seedsJson(scenario, range, outcomes, seconds), options.json);
  if (isCut) return EXIT.interrupted;
  if (!isKept) return EXIT.error;
  return outcomes.failing.length === 0 ? EXIT.pass : EXIT.fail;
}

/** What `--json` writes of many seeds; docs/virtual.md has its shape. */
function seedsJson(
  { name, file, cell }: Scenario,
  { first, last }: SeedRange,
  { done, failing, events, spreads }: Tally,
  seconds: number,
): object {
  return {
    version: 1,
    scenario: name,
    file,
    cell: cell ?? null,
    runner: 'virtual',
    seeds: { first, last, run: done, passed: done - failing.length },
    failing: failing.map(({ seed, verdict, reasons }) => ({ seed, verdict, reasons })),
    spread: spreads,
    events,
    wallSeconds: seconds,
    environment,
  };
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
  const threads = Math.min(availableParallelism(), count);
  // The threads find no seed left, and end.
  signal.addEventListener('abort', () => Atomics.store(taken, 0, count));
  await Promise.all(
    Array.from({ length: threads }, async () => {
      const worker = new Worker(new URL('seed-worker.ts', import.meta.url), { workerData });
      worker.on('message', onOutcome);
      await new Promise<void>((resolve, reject) => {
        worker.once('error', reject);
        worker.once('exit', () => resolve());
      });
    }),
  );
}

/** Counts outcomes, on the screen while it goes on. */
class Tally {
  readonly failing: SeedOutcome[] = [];
  done = 0;
  events = 0;
  readonly #count: number;
  readonly #line: ProgressLine;
  readonly #figures: SeedFigures[] = [];

  constructor(count: number, isQuiet: boolean) {
    this.#count = count;
    this.#line = new ProgressLine(isQuiet);
  }

  add(outcome: SeedOutcome): void {
    this.done++;
    this.events += outcome.events;
    this.#figures.push(outcome.figures);
    if (outcome.verdict !== 'pass') this.failing.push(outcome);
    const { done, failing } = this;
    this.#line.draw(() => `${done} of ${this.#count} seeds, ${failing.length} failing`);
  }

  clear(): void {
    this.#line.clear();
    this.failing.sort((a, b) => a.seed - b.seed);
  }

  /** How the figures are spread over the seeds so far. */
  get spreads(): Spreads {
    return spreadOf(this.#figures);
  }
}

/** `wanted`: how many seeds there would have been, when the run was interrupted. */
function report(
  { name, file, cell }: Scenario,
  outcomes: Tally,
  seconds: number,
  wanted: number | null,
  { quiet, color }: RunCommandOptions,
): void {
  const { failing } = outcomes;
  for (const { seed, reasons } of failing.slice(0, SHOWN)) {
    console.log(`seed ${seed} fails: ${reasons.join('; ')}`);
    const which = cell === undefined ? '' : ` --cell ${cell.number}`;
    console.log(`  npm run sim -- run ${shownPath(file)}${which} --runner virtual --seed ${seed}`);
  }
  const more = failing.slice(SHOWN).map((outcome) => outcome.seed);
  if (more.length > 0) console.log(`also failing: ${more.join(', ')}`);
  if (!quiet && outcomes.done > 0) {
    console.log(`${renderSpreads(outcomes.spreads, { color, width: screenWidth() })}\n`);
  }
  const pace = `${Math.round(outcomes.done / seconds).toLocaleString('en-US')} seeds/s`;
  const events = `${outcomes.events.toLocaleString('en-US')} events`;
  const verdict = failing.length === 0 ? 'PASS' : 'FAIL';
  const passed = outcomes.done - failing.length;
  if (wanted !== null) {
    const of = `${outcomes.done} of ${wanted} seeds were run, ${passed} of them passed`;
    console.log(`ERROR ${name} on virtual: interrupted; ${of}`);
    return;
  }
  console.log(
    `${verdict} ${name} on virtual: ${passed} of ${outcomes.done} seeds pass, ${events}, ${pace}`,
  );
}
