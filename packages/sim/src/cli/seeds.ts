import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Scenario } from '../scenario/scenario.ts';
import { EXIT } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import type { RunCommandOptions, SeedRange } from './run-options.ts';
import type { SeedOutcome, SeedWork } from './seed-worker.ts';
import { shownPath } from './shown-path.ts';
import { UsageError } from './usage-error.ts';

/** Failing seeds that are shown with their reasons; the others are only named. */
const SHOWN = 5;

/** How often the line that counts is drawn. */
const DRAW_MS = 200;

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
  const unused = (['json', 'trace', 'seed'] as const).filter((key) => options[key] !== undefined);
  if (unused.length > 0) {
    throw new UsageError(`--${unused[0]} is for one run; leave it out, or leave --seeds out.`);
  }
  const count = range.last - range.first + 1;
  if (count > 2 ** 31 - 1) throw new UsageError(`${count} seeds are too many; 2147483647 will do.`);
  const startMs = performance.now();
  const interrupt = interruptible();
  const outcomes = new Tally(count, options.quiet === true);
  await runAll(scenario, range.first, count, interrupt.signal, (outcome) => outcomes.add(outcome));
  interrupt.dispose();
  outcomes.clear();
  const isCut = interrupt.signal.aborted;
  report(scenario, outcomes, (performance.now() - startMs) / 1_000, isCut ? count : null);
  if (isCut) return EXIT.interrupted;
  return outcomes.failing.length === 0 ? EXIT.pass : EXIT.fail;
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
  readonly #isShown: boolean;
  #drawnMs = 0;

  constructor(count: number, isQuiet: boolean) {
    this.#count = count;
    this.#isShown = !isQuiet && process.stderr.isTTY === true;
  }

  add(outcome: SeedOutcome): void {
    this.done++;
    this.events += outcome.events;
    if (outcome.verdict !== 'pass') this.failing.push(outcome);
    if (!this.#isShown || performance.now() - this.#drawnMs < DRAW_MS) return;
    this.#drawnMs = performance.now();
    const { done, failing } = this;
    process.stderr.write(`\r\u001b[2K${done} of ${this.#count} seeds, ${failing.length} failing`);
  }

  clear(): void {
    if (this.#isShown) process.stderr.write('\r\u001b[2K');
  }
}

/** `wanted`: how many seeds there would have been, when the run was interrupted. */
function report(
  { name, file }: Scenario,
  outcomes: Tally,
  seconds: number,
  wanted: number | null,
): void {
  const failing = outcomes.failing.sort((a, b) => a.seed - b.seed);
  for (const { seed, reasons } of failing.slice(0, SHOWN)) {
    console.log(`seed ${seed} fails: ${reasons.join('; ')}`);
    console.log(`  npm run sim -- run ${shownPath(file)} --runner virtual --seed ${seed}`);
  }
  const more = failing.slice(SHOWN).map((outcome) => outcome.seed);
  if (more.length > 0) console.log(`also failing: ${more.join(', ')}`);
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
