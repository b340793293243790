import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { explore, Sightings, type Exploration } from '../explore/explorer.ts';
import { NOTHING_GIVEN } from '../explore/origin.ts';
import { readRuns, readTime } from './budget.ts';
import { environment } from './environment.ts';
import { EXIT } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { givenOrigin } from './explored-origin.ts';
import { say } from './outputs.ts';
import { ProgressLine } from './progress-line.ts';
import { shownPath } from '../result/shown-path.ts';
import { folderFor } from './save-folder.ts';
import { tellFinding } from './tell-finding.ts';
import { UsageError } from './usage-error.ts';
import { worstCommand } from './worst.ts';

/** How long it takes when nobody says, in milliseconds. */
const USUAL_MS = 10_000;

/** The threads count seeds in 32 bits. */
const MOST_RUNS = 1_000_000_000;

/** Longer waits than this are over at once. */
const MOST_MS = 2 ** 31 - 1;

/** Options of `sim explore`, as commander reads them. */
export interface ExploreCommandOptions {
  readonly time?: number;
  readonly runs?: number;
  readonly seed?: number;
  readonly jobs?: number;
  readonly save?: string;
  readonly maximize?: string;
  readonly shrink: boolean;
}

const EXAMPLES = `
Examples:
  sim explore                             for 10 s, from a seed that is drawn
  sim explore --time 10m --save found/    longer, and keep what fails as files
  sim explore --seed 1 --runs 500         always the same 500 scenarios
  sim explore --seed 93 --runs 1          repeat one finding
  sim explore scenarios/churn.yaml        variations of a scenario, which its own expectations judge, too
  sim explore scenarios/churn.yaml --maximize steady.latency.p99 --time 60s

Exit codes: 0 nothing was found   1 a finding   2 the command is wrong
  3 a finding could not be saved or repeated   130 interrupted (Ctrl-C)`;

/** Gives `sim explore` its options. `read` reads a seed, and a number of jobs. */
export function defineExplore(
  command: Command,
  read: { seed(text: string): number; jobs(text: string): number },
): void {
  command
    .description(
      'Draw scenarios that nobody thought of, run them in the virtual world, and hand back the smallest that fail.',
    )
    .argument('[file]', 'a scenario whose sizes and faults are varied; otherwise they are drawn')
    .option('--time <duration>', 'for so long, such as 60s (10s unless --runs is there)', readTime)
    .option('--runs <n>', 'so many scenarios', readRuns)
    .option('--seed <n>', 'the first scenario; the others have the seeds that follow', read.seed)
    .option('--jobs <n>', 'so many at once (as many as there are cores)', read.jobs)
    .option('--save <dir>', 'keep what fails as scenarios in this folder')
    .option('--maximize <figure>', 'climb to faults that make a figure as large as can be')
    .option('--no-shrink', 'do not make what fails smaller')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, options: ExploreCommandOptions) => {
      process.exitCode = await exploreCommand(file, options);
    });
}

/** Explores. Returns the exit code; throws a `UsageError` or a `ScenarioError`. */
export async function exploreCommand(
  file: string | undefined,
  options: ExploreCommandOptions,
): Promise<number> {
  const { seed = randomInt(2 ** 31), runs = MOST_RUNS, jobs = availableParallelism() } = options;
  if (runs > MOST_RUNS) throw new UsageError(`--runs is ${MOST_RUNS} at most.`);
  if (!Number.isSafeInteger(seed + runs)) {
    throw new UsageError('--seed is so large that the seeds after it are no whole numbers.');
  }
  using _ = folderFor(options.save);
  const origin = file === undefined ? NOTHING_GIVEN : await givenOrigin(file);
  const interrupt = interruptible();
  const { signal } = interrupt;
  const budget = { firstSeed: seed, runs, jobs, origin };
  if (options.maximize !== undefined)
    return await worstOf(options.maximize, budget, file, options, interrupt);
  const sightings = await watched(budget, options, signal);
  const { findings } = sightings;
  const telling = { origin, file, save: options.save, shrinks: options.shrink, signal };
  let isKept = true;
  for (const finding of findings) isKept = (await tellFinding(finding, telling)) && isKept;
  const isCut = signal.aborted;
  interrupt.dispose();
  say(`${verdictOf(findings.length, isCut)}: ${countsOf(sightings)}, from seed ${seed}`);
  if (isCut) return EXIT.interrupted;
  if (!isKept) return EXIT.error;
  return findings.length === 0 ? EXIT.pass : EXIT.fail;
}

type Budget = Pick<Exploration, 'firstSeed' | 'runs' | 'jobs' | 'origin'>;

/** Looks for the worst in place of what fails. */
async function worstOf(
  figure: string,
  budget: Budget,
  file: string | undefined,
  options: ExploreCommandOptions,
  interrupt: ReturnType<typeof interruptible>,
): Promise<number> {
  const { save, shrink: shrinks, runs } = options;
  const path = file === undefined ? '' : `${shownPath(file)} `;
  const count = runs === undefined ? '' : ` --runs ${runs} --jobs ${budget.jobs}`;
  const line = `sim explore ${path}--maximize ${figure} --seed ${budget.firstSeed}${count}`;
  const { spent, dispose } = spentAfter(options);
  const interrupted = interrupt.signal;
  try {
    return await worstCommand({ ...budget, figure, save, shrinks, line, spent, interrupted });
  } finally {
    dispose();
    interrupt.dispose();
  }
}

/** A signal for the end of the time. */
function spentAfter({ time, runs }: ExploreCommandOptions): {
  readonly spent: AbortSignal;
  dispose(): void;
} {
  const ms = time ?? (runs === undefined ? USUAL_MS : MOST_MS);
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), Math.min(ms, MOST_MS));
  return { spent: controller.signal, dispose: () => clearTimeout(timer) };
}

/** Explores until the budget is spent, with a line that counts. */
async function watched(
  budget: Budget,
  options: ExploreCommandOptions,
  interrupted: AbortSignal,
): Promise<Sightings> {
  const { spent, dispose } = spentAfter(options);
  const signal = AbortSignal.any([interrupted, spent]);
  const sightings = new Sightings();
  const line = new ProgressLine(false);
  try {
    await explore({ ...budget, environment, signal }, (trial) => {
      sightings.add(trial);
      line.draw(() => `${countsOf(sightings)}, ${sightings.findings.length} findings`);
    });
  } finally {
    dispose();
    line.clear();
  }
  return sightings;
}

function verdictOf(findings: number, isCut: boolean): string {
  const found = findings === 1 ? '1 finding' : `${findings} findings`;
  if (isCut) return `Interrupted, ${found}`;
  return findings === 0 ? 'Nothing was found' : `FAIL, ${found}`;
}

function countsOf({ runs, events, behaviours }: Sightings): string {
  const shown = (count: number): string => count.toLocaleString('en-US');
  return `${shown(runs)} scenarios, ${shown(events)} events, ${shown(behaviours)} kinds of behaviour`;
}
