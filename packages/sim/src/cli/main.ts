#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { formatScenarioError, ScenarioError } from '../scenario/located-error.ts';
import { checkCommand } from './check.ts';
import { VERSION } from './environment.ts';
import { EXIT } from './exit-codes.ts';
import { defineReplay } from './replay.ts';
import type { RunCommandOptions, SeedRange } from './run-options.ts';
import { runCommand } from './run.ts';
import { RUNNER_NAMES } from './runners.ts';
import { UsageError } from './usage-error.ts';

const EXAMPLES = `
Examples:
  sim run scenarios/mesh-10.yaml                      ten peers in this process
  sim run scenarios/mesh-10.yaml --runner process     each one a process
  sim run scenarios/mesh-10.yaml --runner virtual     on a simulated clock and network
  sim run scenarios/mesh-10.yaml --runner virtual --seeds 1..200
  sim run scenarios/mesh-10.yaml --runner virtual,loopback    and compare
  sim check scenarios/*.yaml                          only look for mistakes

Exit codes:
  0 all expectations hold    1 one fails    2 the scenario or the command is wrong
  3 the run could not be carried out    4 the lab measured itself, no verdict`;

const program = new Command('sim')
  .description(
    'Runs many peers from one scenario file and says how fast and how correctly they work.',
  )
  .version(VERSION, '--version', 'show the version')
  .helpOption('-h, --help', 'show this help')
  .addHelpText('after', EXAMPLES)
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'sim: ')) })
  .exitOverride();

program
  .command('run')
  .description('Run a scenario and print what was measured.')
  .argument('<file>', 'scenario, a YAML file')
  .option('--runner <name>', `${RUNNER_NAMES.join(', ')}; several: a,b`, 'loopback')
  .option('--seed <n>', 'number that every random choice comes from', readSeed)
  .option('--json <file>', 'write the result to a file')
  .option('--trace <file>', 'write every event to a file, a line of JSON each')
  .option('--seeds <a..b>', 'run once for each seed, on all cores (virtual)', readSeeds)
  .option('--check-determinism', 'run twice and compare event by event (virtual)')
  .option('--repeat <n>', 'with --check-determinism: so many times instead of twice', readRepeat)
  .option('--quiet', 'print only the verdict')
  .option('--no-color', 'print without colours (also: NO_COLOR=1)')
  .helpOption('-h, --help', 'show this help')
  .action(async (file: string, options: RunCommandOptions) => {
    process.exitCode = await runCommand(file, { ...options, color: hasColor(options.color) });
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

defineReplay(program.command('replay'), hasColor);

function readSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(seed)) {
    throw new InvalidArgumentError('It must be a whole number from 0.');
  }
  return seed;
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
  if (first === undefined || !Number.isSafeInteger(range.last) || range.last < range.first) {
    throw new InvalidArgumentError(
      'It must be two whole numbers such as 1..200, the smaller first.',
    );
  }
  return range;
}

function hasColor(isWanted: boolean): boolean {
  return isWanted && process.stdout.isTTY === true && !process.env['NO_COLOR'];
}

// A reader that has gone (`… | head`) or a full disk behind the output is no reason to stop: what is done
// goes on, and the exit code still says how it ended.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

process.on('uncaughtException', (error) => {
  explain(error);
  process.exit(EXIT.error);
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

function explain(error: unknown): number {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.pass : EXIT.usage;
  if (error instanceof ScenarioError) {
    const color = hasColor(!process.argv.includes('--no-color')) && process.stderr.isTTY;
    console.error(formatScenarioError(error, { color }));
    return EXIT.usage;
  }
  if (error instanceof UsageError) {
    console.error(`sim: ${error.message}`);
    return EXIT.usage;
  }
  console.error('sim: an error in the lab itself, please report it:');
  console.error(error);
  return EXIT.error;
}
