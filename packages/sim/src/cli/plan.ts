import type { Command } from 'commander';
import { planOverview } from '../plan/overview.ts';
import { makePlan } from '../plan/plan.ts';
import { jsonPieces, writePieces } from '../report/json.ts';
import { renderDot } from '../report/plan-dot.ts';
import { planJson } from '../report/plan-json.ts';
import { renderPlan } from '../report/plan-text.ts';
import { loadCells } from '../scenario/load.ts';
import { checkOutputs, type Output } from './check-run-options.ts';
import { EXIT } from './exit-codes.ts';
import { needsOf } from './needs.ts';
import { say, sayError, screenWidth } from './outputs.ts';
import { chosenCells } from './run.ts';
import { OutputEnded, print } from './standard-output.ts';

/** Options of `sim plan`, as commander reads them. */
export interface PlanCommandOptions {
  readonly seed?: number;
  readonly cell?: number;
  readonly json?: string;
  readonly dot?: string;
  readonly full?: boolean;
  readonly color: boolean;
}

/** Options as text from the command line, turned into numbers; they throw what commander shows. */
export interface PlanReaders {
  readonly seed: (text: string) => number;
  readonly cell: (text: string) => number;
}

const EXAMPLES = `
Examples:
  sim plan scenarios/mesh-10.yaml                   who knows whom, and what a run needs
  sim plan scenarios/mesh-10.yaml --dot mesh.dot    then: dot -Tsvg mesh.dot > mesh.svg
  sim plan scenarios/mesh-10k.yaml --full | less`;

/** Gives `sim plan` its options. `hasColor` says whether to paint, given what the user wants. */
export function definePlan(
  command: Command,
  read: PlanReaders,
  hasColor: (isWanted: boolean) => boolean,
): void {
  command
    .description('Show what a run would be and need, without running anything.')
    .argument('<file>', 'scenario, a YAML file')
    .option('--seed <n>', 'number that every random choice comes from', read.seed)
    .option('--cell <n>', 'plan this cell of a matrix instead of the first', read.cell)
    .option('--json <file>', 'write the whole plan to a file')
    .option('--dot <file>', 'write who knows whom as a graph for Graphviz')
    .option('--full', 'show every peer, not only the first 20')
    .option('--no-color', 'print without colours (also: NO_COLOR=1)')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: PlanCommandOptions) => {
      process.exitCode = await planCommand(file, { ...options, color: hasColor(options.color) });
    });
}

/** Plans a scenario and shows the plan. Returns the exit code; throws a `UsageError`. */
export async function planCommand(file: string, options: PlanCommandOptions): Promise<number> {
  const cells = loadCells(file);
  const scenario = chosenCells(cells, options.cell)[0]!;
  checkOutputs(outputsOf(options), scenario);
  const plan = makePlan(scenario, options.seed ?? scenario.seed);
  const overview = planOverview(plan);
  const needs = needsOf(plan, overview);
  const { json, dot } = options;
  const written = [
    json === undefined || (await write(jsonPieces(planJson(plan, overview, needs)), json)),
    dot === undefined || (await write(renderDot(plan), dot)),
  ];
  const layout = { color: options.color, width: screenWidth(), isFull: options.full ?? false };
  await printAll(renderPlan(plan, overview, needs, layout));
  if (cells.length > 1 && options.cell === undefined) {
    say(`\nThis is cell 1 of a matrix of ${cells.length}; --cell 2 plans the next one.`);
  }
  return written.every(Boolean) ? EXIT.pass : EXIT.error;
}

function outputsOf({ json, dot }: PlanCommandOptions): Output[] {
  return [
    ...(json === undefined ? [] : [{ option: '--json', path: json }]),
    ...(dot === undefined ? [] : [{ option: '--dot', path: dot }]),
  ];
}

/** Resolves to whether that could be done, and says so when it could not. */
async function write(pieces: Iterable<string>, file: string): Promise<boolean> {
  try {
    await writePieces('the plan', pieces, file);
    return true;
  } catch (error) {
    sayError(`sim: ${(error as Error).message}.`);
    return false;
  }
}

async function printAll(pieces: Iterable<string>): Promise<void> {
  try {
    for (const piece of pieces) await print(piece);
  } catch (error) {
    if (!(error instanceof OutputEnded)) throw error;
  }
}
