import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { drawScenario, USUAL_SIZES } from '../explore/draw-scenario.ts';
import { explore, Sightings, type Finding } from '../explore/explorer.ts';
import { findingText, keepFinding, named } from '../explore/keep-finding.ts';
import { shrinkFinding } from '../explore/shrink-finding.ts';
import { writeProblem } from '../report/write-problem.ts';
import { safe } from '../report/screen-text.ts';
import { readRuns, readTime } from './budget.ts';
import { environment } from './environment.ts';
import { EXIT } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { say, sayError } from './outputs.ts';
import { ProgressLine } from './progress-line.ts';
import { shownPath } from './shown-path.ts';
import { UsageError } from './usage-error.ts';

/** How long it takes when nobody says, in milliseconds. */
const USUAL_MS = 10_000;

/** How long one finding is made smaller, in milliseconds. */
const SHRINK_MS = 20_000;

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
  readonly shrink: boolean;
}

const EXAMPLES = `
Examples:
  sim explore                             for 10 s, from a seed that is drawn
  sim explore --time 10m --save found/    longer, and keep what fails as files
  sim explore --seed 1 --runs 500         always the same 500 scenarios
  sim explore --seed 93 --runs 1          repeat one finding

Exit codes: 0 nothing was found   1 a finding   2 the command is wrong
  3 a finding could not be saved   130 interrupted (Ctrl-C)`;

/** Gives `sim explore` its options. `read` reads a seed, and a number of jobs. */
export function defineExplore(
  command: Command,
  read: { seed(text: string): number; jobs(text: string): number },
): void {
  command
    .description(
      'Draw scenarios that nobody thought of, run them in the virtual world, and hand back the smallest that fail.',
    )
    .option('--time <duration>', 'for so long, such as 60s (10s unless --runs is there)', readTime)
    .option('--runs <n>', 'so many scenarios', readRuns)
    .option('--seed <n>', 'the first scenario; the others have the seeds that follow', read.seed)
    .option('--jobs <n>', 'so many at once (as many as there are cores)', read.jobs)
    .option('--save <dir>', 'keep what fails as scenarios in this folder')
    .option('--no-shrink', 'do not make what fails smaller')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', EXAMPLES)
    .action(async (options: ExploreCommandOptions) => {
      process.exitCode = await exploreCommand(options);
    });
}

/** Explores. Returns the exit code; throws a `UsageError`. */
export async function exploreCommand(options: ExploreCommandOptions): Promise<number> {
  const { seed = randomInt(2 ** 31), runs = MOST_RUNS, jobs = availableParallelism() } = options;
  if (runs > MOST_RUNS) throw new UsageError(`--runs is ${MOST_RUNS} at most.`);
  if (!Number.isSafeInteger(seed + runs)) {
    throw new UsageError('--seed is so large that the seeds after it are no whole numbers.');
  }
  const interrupt = interruptible();
  const sightings = await watched(seed, runs, jobs, options, interrupt.signal);
  const { findings } = sightings;
  let isKept = true;
  for (const finding of findings) {
    isKept = (await tell(finding, options, interrupt.signal)) && isKept;
  }
  const isCut = interrupt.signal.aborted;
  interrupt.dispose();
  say(`${verdictOf(findings.length, isCut)}: ${countsOf(sightings)}, from seed ${seed}`);
  if (isCut) return EXIT.interrupted;
  if (!isKept) return EXIT.error;
  return findings.length === 0 ? EXIT.pass : EXIT.fail;
}

/** Explores until the budget is spent, with a line that counts. */
async function watched(
  firstSeed: number,
  runs: number,
  jobs: number,
  { time, runs: given }: ExploreCommandOptions,
  interrupted: AbortSignal,
): Promise<Sightings> {
  const ms = time ?? (given === undefined ? USUAL_MS : MOST_MS);
  const spent = new AbortController();
  const timer = setTimeout(() => spent.abort(), Math.min(ms, MOST_MS));
  const signal = AbortSignal.any([interrupted, spent.signal]);
  const sightings = new Sightings();
  const line = new ProgressLine(false);
  try {
    await explore({ firstSeed, runs, jobs, sizes: USUAL_SIZES, environment, signal }, (trial) => {
      sightings.add(trial);
      line.draw(() => `${countsOf(sightings)}, ${sightings.findings.length} findings`);
    });
  } finally {
    clearTimeout(timer);
    line.clear();
  }
  return sightings;
}

/** Says what fails, and hands over a scenario for it. Returns false when it could not be written. */
async function tell(
  finding: Finding,
  { save, shrink }: ExploreCommandOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const { seed, failure, reasons, count } = finding;
  const times = count === 1 ? '' : ` (${count} scenarios)`;
  say(`seed ${seed} fails: ${safe(failure)}${times}`);
  for (const reason of reasons) say(`  ${safe(reason.split('\n')[0]!)}`);
  const line = `explore --seed ${seed} --runs 1`;
  console.log(`  npm run sim -- ${line}`);
  const endMs = performance.now() + SHRINK_MS;
  const isOver = (): boolean => signal.aborted || performance.now() > endMs;
  const drawn = drawScenario(seed, USUAL_SIZES);
  const shrunk = shrink
    ? await shrinkFinding(drawn, failure, environment, isOver)
    : { document: drawn };
  const document = named(shrunk.document, finding);
  if (save === undefined) {
    console.log(`\n${findingText(document, finding, `sim ${line}`)}`);
    return true;
  }
  try {
    const file = keepFinding(save, document, finding, `sim ${line}`);
    console.log(`  npm run sim -- run ${shownPath(file)} --runner virtual`);
    return true;
  } catch (error) {
    sayError(`sim: --save ${safe(save)}: ${writeProblem(error, save)}.`);
    return false;
  }
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
