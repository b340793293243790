import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { ScenarioError } from '../scenario/located-error.ts';
import { checkCommand } from './check.ts';
import { VERSION } from './environment.ts';
import { EXIT } from './exit-codes.ts';
import { readFailOn } from './fail-on.ts';
import { sayError, sayMistakes } from './outputs.ts';
import { FORMATS } from './formats.ts';
import { MOST_JOBS, MOST_SEEDS, type RunCommandOptions, type SeedRange } from './run-options.ts';
import { runCommand } from './run.ts';
import { RUNNER_NAMES } from './runners.ts';
import { schemaCommand } from './schema.ts';
import { guardOutput } from './standard-output.ts';
import { UsageError } from './usage-error.ts';
import { wantedFiles } from './wanted-file.ts';

const EXAMPLES = `
Examples:
  sim run scenarios/mesh-10.yaml                      ten peers in this process
  sim run scenarios/mesh-10.yaml --runner process     each one a process
  sim run scenarios/mesh-10.yaml --runner virtual     on a simulated clock and network
  sim run scenarios/mesh-10.yaml --runner virtual --seeds 1..200
  sim run scenarios/mesh-10.yaml --runner virtual,loopback    and compare
  sim run scenarios/mesh-10.yaml --watch              and look at it in a browser meanwhile
  sim run scenarios/mesh-10.yaml --repeat 10          ten times: medians, intervals, flake rate
  sim run scenarios/a.yaml scenarios/b.yaml           several, one table
  sim diff base.json new.json --fail-on worse         is a figure worse than before?
  sim check scenarios/*.yaml                          only look for mistakes
  sim explore --time 60s                              draw scenarios, look for trouble
  sim plan scenarios/mesh-10.yaml                     what a run would be and need

Exit codes:
  0 all expectations hold    1 one fails    2 the scenario or the command is wrong
  3 the run could not be carried out    4 the lab measured itself, no verdict
  130 interrupted (Ctrl-C)`;

const program = new Command('sim')
  .description(
    'Runs many peers from one scenario file and says how fast and how correctly they work.',
  )
  .version(VERSION, '--version', 'show the version')
  .helpOption('-h, --help', 'show this help')
  .addHelpText('after', EXAMPLES)
  .configureOutput({ outputError: (text) => sayError(text.trimEnd().replace(/^error: /, 'sim: ')) })
  .exitOverride();

const run = program
  .command('run')
  .description('Run scenarios and print what was measured.')
  .argument('<file...>', 'scenario, a YAML file; several: a line each, and one table')
  .option(
    '--runner <name>',
    `${RUNNER_NAMES.join(', ')}; several: a,b, which are compared`,
    'loopback',
  )
  .option('--seed <n>', 'number that every random choice comes from', readSeed);
for (const { option, help } of FORMATS) run.option(`--${option} <file>`, help);
run
  .option('--seeds <a..b>', 'run once for each seed, on all cores (virtual)', readSeeds)
  .option('--cell <n>', 'run only this cell of a matrix', readCell)
  .option('--check-determinism', 'run twice and compare event by event, nothing else (virtual)')
  .option(
    '--repeat <n>',
    'run so often, one after the other, and show medians (virtual: seed, seed + 1, …); or compare so many with --check-determinism',
    readRepeat,
  )
  .option('--against <file>', 'compare with what --json has written before; see sim diff --help')
  .option(
    '--in-turn <dir>',
    'with --repeat: run it in another checkout, too, one run of each in turn, and compare',
  )
  .option(
    '--fail-on <change>',
    'with it: end with 1 when a figure is worse, or changed',
    readFailOn,
  )
  .option(
    '--jobs <n>',
    'run so many of several files or cells at once (virtual: as many as there are cores)',
    readJobs,
  )
  .addOption(new Option('--retries [n]').hideHelp())
  .option(
    '--bundle <dir>',
    'write all that is needed to repeat a run that does not pass into a folder; of several runs each into one below it',
  )
  .option('--watch', 'serve a page on this machine that shows the run while it goes on')
  .option('--port <n>', 'with it: at this port instead of a free one', readPort)
  .option('--quiet', 'print only the verdict')
  .option('--no-color', 'print without colours (also: NO_COLOR=1)')
  .helpOption('-h, --help', 'show this help')
  .action(async (scenarios: string[], options: Omit<RunCommandOptions, 'files'>) => {
    const [color, files] = [hasColor(options.color), wantedFiles(options)];
    process.exitCode = await runCommand(scenarios, { ...options, color, files });
  });

program
  .command('check')
  .description('Read scenarios and say what is wrong with them, without running anything.')
  .argument('<file...>', 'scenarios, YAML files')
  .option('--no-color', 'print without colours (also: NO_COLOR=1)')
  .helpOption('-h, --help', 'show this help')
  .action((files: string[], options: { color: boolean }) => {
    process.exitCode = checkCommand(files, { color: hasColor(options.color) });
  });

program
  .command('schema')
  .description('Print the JSON Schema of scenarios, with which editors complete and check them.')
  .option('--out <file>', 'write it to a file')
  .helpOption('-h, --help', 'show this help')
  .action((options: { out?: string }) => schemaCommand(options));

/** The others are loaded when they are called, or when all are listed: together they are a tenth of the start. */
const OTHERS: Readonly<Record<string, () => Promise<void>>> = {
  plan: async () => {
    const { definePlan } = await import('./plan.ts');
    definePlan(program.command('plan'), { seed: readSeed, cell: readCell }, hasColor);
  },
  replay: async () => {
    const { defineReplay } = await import('./replay.ts');
    defineReplay(program.command('replay'), hasColor);
  },
  open: async () => {
    const { defineOpen } = await import('./open.ts');
    defineOpen(program.command('open'));
  },
  diff: async () => {
    const { defineDiff } = await import('./diff.ts');
    defineDiff(program.command('diff'), hasColor);
  },
  mutate: async () => {
    const { defineMutate } = await import('./mutate.ts');
    defineMutate(program.command('mutate'), hasColor);
  },
  fuzz: async () => {
    const { defineFuzz } = await import('./fuzz.ts');
    defineFuzz(program.command('fuzz'), readSeed);
  },
  explore: async () => {
    const { defineExplore } = await import('./explore.ts');
    defineExplore(program.command('explore'), { seed: readSeed, jobs: readJobs });
  },
  shrink: async () => {
    const { defineShrink } = await import('./shrink.ts');
    defineShrink(program.command('shrink'), { seed: readSeed, cell: readCell });
  },
};

/** Loads the command that is called; all of them where it is none, which `help` and messages name. */
async function loadCommand(name: string): Promise<void> {
  if (program.commands.some((command) => command.name() === name)) return;
  const called = Object.hasOwn(OTHERS, name) ? [OTHERS[name]!] : Object.values(OTHERS);
  for (const define of called) await define();
}

function readSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(seed)) {
    throw new InvalidArgumentError(
      `It must be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}.`,
    );
  }
  return seed;
}

function readCell(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number) || number < 1) {
    throw new InvalidArgumentError('It must be a whole number from 1.');
  }
  return number;
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a whole number from 1 to 65535.');
}

function readJobs(text: string): number {
  const jobs = Number(text);
  if (/^\d+$/.test(text) && jobs >= 1 && jobs <= MOST_JOBS) return jobs;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST_JOBS}.`);
}

function readRepeat(text: string): number {
  const times = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(times) || times < 2) {
    throw new InvalidArgumentError('It must be a whole number from 2.');
  }
  return times;
}

function readSeeds(text: string): SeedRange {
  const [, first, last] = /^(\d+)\.\.(\d+)$/.exec(text) ?? [];
  const range = { first: Number(first), last: Number(last) };
  if (first === undefined || range.last < range.first) {
    throw new InvalidArgumentError(
      'It must be two whole numbers such as 1..200, the smaller first.',
    );
  }
  if (!Number.isSafeInteger(range.last)) {
    throw new InvalidArgumentError(`A seed is ${Number.MAX_SAFE_INTEGER} at most.`);
  }
  if (range.last - range.first >= MOST_SEEDS) {
    throw new InvalidArgumentError(
      `These are ${range.last - range.first + 1} seeds, ${MOST_SEEDS} at most are run at once.`,
    );
  }
  return range;
}

function hasColor(isWanted: boolean): boolean {
  return isWanted && process.stdout.isTTY === true && !process.env['NO_COLOR'];
}

/** Carries out the command line of this process, whose exit code it sets. */
export async function execute(): Promise<void> {
  guardOutput();
  process.on('uncaughtException', (error) => {
    explain(error);
    process.exit(EXIT.error);
  });
  try {
    await loadCommand(process.argv[2] ?? '');
    await program.parseAsync();
  } catch (error) {
    process.exitCode = explain(error);
  }
}

function explain(error: unknown): number {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.pass : EXIT.usage;
  if (error instanceof ScenarioError) {
    sayMistakes(error, hasColor(!process.argv.includes('--no-color')));
    return EXIT.usage;
  }
  if (error instanceof UsageError) {
    sayError(`sim: ${error.message}`);
    return EXIT.usage;
  }
  console.error('sim: an error in the lab itself, please report it:');
  console.error(error);
  return EXIT.error;
}
