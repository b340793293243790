import { writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { shrinkScenario, type SmallScenario } from '../explore/shrinking.ts';
import { repeatCommand, renderVerdict } from '../report/verdict-line.ts';
import { safe } from '../report/screen-text.ts';
import { showNumber } from '../result/show-figure.ts';
import { virtual } from '../runner/virtual.ts';
import { loadCells } from '../scenario/load.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { readRuns, readTime } from './budget.ts';
import { checkOutputs } from './check-run-options.ts';
import { environment } from './environment.ts';
import { EXIT } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { say, sayError } from './outputs.ts';
import { ProgressLine } from './progress-line.ts';
import { shownPath } from '../result/shown-path.ts';
import { UsageError } from './usage-error.ts';

/** How long it looks for less when nobody says, in milliseconds. */
const USUAL_MS = 60_000;

/** Options of `sim shrink`, as commander reads them. */
export interface ShrinkCommandOptions {
  readonly out: string;
  readonly seed?: number;
  readonly cell?: number;
  readonly time: number;
  readonly runs?: number;
}

const EXAMPLES = `
Examples:
  sim shrink scenarios/churn.yaml --seed 17     a seed that fails, as --seeds has told
  sim shrink big.yaml --out small.yaml --time 5min

Exit codes: 0 a scenario that fails was made as small as it gets, or as the time allowed   1 it does not fail
  2 the command or the scenario is wrong   3 the file could not be written   130 interrupted (Ctrl-C)`;

/** Gives `sim shrink` its options. `read` reads a seed and the number of a cell. */
export function defineShrink(
  command: Command,
  read: { readonly seed: (text: string) => number; readonly cell: (text: string) => number },
): void {
  command
    .description(
      'Make a scenario that fails in the virtual world smaller, as long as the same thing fails.',
    )
    .argument('<file>', 'a scenario, YAML')
    .option('--out <file>', 'write the smaller one here', 'repro.yaml')
    .option('--seed <n>', 'number that every random choice comes from', read.seed)
    .option('--cell <n>', 'this cell of a matrix', read.cell)
    .option('--time <duration>', 'look for so long at most', readTime, USUAL_MS)
    .option('--runs <n>', 'run so many candidates at most', readRuns)
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: ShrinkCommandOptions) => {
      process.exitCode = await shrinkCommand(file, options);
    });
  // Milliseconds say nothing to a reader of the help.
  const time = command.options.find(({ long }) => long === '--time')!;
  time.defaultValueDescription = '1min';
}

/** Makes a scenario smaller. Returns the exit code; throws a `UsageError` or a `ScenarioError`. */
export async function shrinkCommand(file: string, options: ShrinkCommandOptions): Promise<number> {
  const scenario = chosenScenario(file, options);
  checkOutputs([{ option: '--out', path: options.out }], scenario);
  const interrupt = interruptible();
  const { signal } = interrupt;
  const line = new ProgressLine(false);
  const endMs = performance.now() + options.time;
  const small = await shrinkScenario(scenario, {
    environment,
    folder: dirname(resolve(options.out)),
    runs: options.runs ?? Infinity,
    isOver: () => signal.aborted || performance.now() > endMs,
    onRun: (runs) => line.draw(() => `${showNumber(runs)} candidates run`),
  });
  line.clear();
  interrupt.dispose();
  if (small === null) {
    const again =
      'Give a seed that fails: sim run FILE --runner virtual --seeds 1..1000 finds one.';
    sayError(`${shownPath(file)} does not fail with seed ${scenario.seed}. ${again}`);
    return EXIT.fail;
  }
  if (!keep(small, file, options.out)) return EXIT.error;
  tell(scenario, small, options.out);
  return signal.aborted ? EXIT.interrupted : EXIT.pass;
}

function chosenScenario(file: string, { cell, seed }: ShrinkCommandOptions): Scenario {
  const cells = loadCells(file);
  const chosen = cells[(cell ?? 1) - 1];
  if (cell === undefined && cells.length > 1) {
    throw new UsageError(
      `${shownPath(file)} has a matrix of ${cells.length} cells: name one with --cell.`,
    );
  }
  if (chosen === undefined || (cell !== undefined && chosen.cell === undefined)) {
    throw new UsageError(`--cell ${cell}: ${shownPath(file)} has no such cell.`);
  }
  const refusals = virtual.refusals(chosen);
  if (refusals.length > 0) throw new UsageError(`${refusals[0]}.`);
  return seed === undefined ? chosen : { ...chosen, seed };
}

/** Whether it was written; says so when it was not. */
function keep({ text, result }: SmallScenario, file: string, out: string): boolean {
  const repeat = repeatCommand({ ...result, file: out });
  const head = [
    `Made from ${shownPath(file)} by sim shrink. What fails:`,
    ...result.reasons.slice(0, 3).map((reason) => `  ${reason}`),
    repeat,
  ];
  try {
    writeFileSync(out, `${head.map((one) => `# ${safe(one)}`).join('\n')}\n${text}`);
    return true;
  } catch (error) {
    sayError(
      `sim: ${shownPath(out)} cannot be written (${(error as NodeJS.ErrnoException).code}).`,
    );
    return false;
  }
}

function tell(scenario: Scenario, { result, runs, minimal }: SmallScenario, out: string): void {
  const peers = scenario.groups.reduce((sum, { count }) => sum + count, 0);
  console.log(renderVerdict(result, { color: false }));
  say(
    `${shownPath(out)} has ${result.peers} of ${peers} peers, ${plural(result.faults.length, 'fault')} and ${plural(result.requests.due, 'request')}; it took ${plural(runs, 'run')}${minimal ? '' : ', and more was left to try'}.`,
  );
}

function plural(count: number, noun: string): string {
  return `${showNumber(count)} ${noun}${count === 1 ? '' : 's'}`;
}
